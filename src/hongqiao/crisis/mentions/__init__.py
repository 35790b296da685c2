"""The list of mentions, and what people do with one. X1."""
