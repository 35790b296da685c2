"""SQLite as this house uses it: Django's own, with writers that wait for each other by the millisecond."""
