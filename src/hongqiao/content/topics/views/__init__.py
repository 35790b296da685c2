"""Pages of the topic library."""
