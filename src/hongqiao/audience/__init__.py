"""用户: who the brand's users are, in which tier, how they move, what is done for them, what they say. U1, U2, U3."""
