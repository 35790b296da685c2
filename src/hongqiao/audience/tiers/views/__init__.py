"""Pages of the tiers."""
