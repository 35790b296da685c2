"""Groups: who they are, a week in figures, the routine of a day."""
