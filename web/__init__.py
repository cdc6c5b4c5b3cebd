"""Pages for people: GraphiQL for developers, the portal for administrators, signing in, and development's mailbox."""
