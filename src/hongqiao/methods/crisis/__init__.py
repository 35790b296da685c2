"""What is reckoned of a crisis, open to anybody's recomputing. X1, X2, X3; docs/crisis.md."""
