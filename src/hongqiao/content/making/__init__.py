"""Posters and covers from templates: drawn, kept, put into a piece. C2c."""
