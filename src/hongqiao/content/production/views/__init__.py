"""Pages of production: the board, the list, a piece with its tabs, and the page that a review link opens."""
