"""Pages of watching: thin."""
