"""The editors of a piece: pasted layout kept and made safe, Markdown laid out, shot tables, previews, files."""
