"""What is done until trust is back, and the report of it. X3."""
