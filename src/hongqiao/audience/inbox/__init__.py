"""Comments and direct messages as one list: taken in at least once, assigned, answered with proof. U3."""
