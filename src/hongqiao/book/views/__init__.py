"""Pages of the brand book."""
