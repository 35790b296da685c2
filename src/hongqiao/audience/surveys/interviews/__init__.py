"""Interviews: notes with quotes and tags; insight cards that rest on quotes."""
