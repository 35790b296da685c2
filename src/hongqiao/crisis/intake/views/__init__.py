"""The pages of listening: sources with the coverage meter, rounds, watch words."""
