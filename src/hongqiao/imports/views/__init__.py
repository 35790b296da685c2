"""Pages of the import room. Thin: fetch with permission, call, render."""
