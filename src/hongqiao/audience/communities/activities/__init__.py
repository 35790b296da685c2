"""Activities: planned, checked, run, entries moderated, what they brought."""
