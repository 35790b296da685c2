"""Lucky draws: form, entries, list, beacon, winners, delivery."""
