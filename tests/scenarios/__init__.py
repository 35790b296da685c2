"""The mission: one file a module, one test a scenario, named after its ID."""
