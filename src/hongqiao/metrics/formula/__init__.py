"""A brand's own metrics by formula: read, checked for their units, made into metrics. Serves D1."""
