"""What anybody may see of a draw, without signing in."""
