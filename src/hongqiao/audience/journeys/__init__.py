"""自动触达: who is let in, what is done with them step by step, and what it brought. U1a–d."""
