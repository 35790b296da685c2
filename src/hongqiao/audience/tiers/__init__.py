"""Who stands where, and how people move between the tiers. U1."""
