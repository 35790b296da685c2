"""The sample brand, its generator and its truth. See README.md."""
