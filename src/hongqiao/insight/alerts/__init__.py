"""提醒: lines that people draw for a figure, what crossed them, and how often they would have spoken. Serves D2."""
