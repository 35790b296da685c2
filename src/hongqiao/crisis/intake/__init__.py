"""Everything that is heard comes in here. X1."""
