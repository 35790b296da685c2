"""The incident room. X1, X2."""
