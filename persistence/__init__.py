"""What is stored: SQL in, domain values out; every query that returns an office's data takes the viewer's scope."""
