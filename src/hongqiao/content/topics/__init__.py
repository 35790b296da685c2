"""选题库: topics with an open score, where they come from, how well the score told. C1; docs/topics.md."""
