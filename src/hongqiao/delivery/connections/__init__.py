"""How the brand's accounts are reached by their platforms' interfaces: keys, tokens, quotas. docs/connections.md."""
