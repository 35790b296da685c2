"""Pages of tickets, needs and the partner."""
