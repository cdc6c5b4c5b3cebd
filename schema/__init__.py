"""What clients see: types that declare and translate, and the edge that serves them; nothing here decides."""
