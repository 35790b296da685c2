"""A brand's own metrics: defined by a formula, kept by version, never deleted. Serves D1."""
