"""What a mention says: whether it is against the brand, of what it complains, whom it is about. X1."""
