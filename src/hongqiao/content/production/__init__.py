"""制作: a piece's way from brief to scheduled. C2; docs/production.md."""
