"""What leaves the service: mails to people and the bell that wakes readers, driven by jobs that were written with the change."""
