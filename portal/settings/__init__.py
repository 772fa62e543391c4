"""base = production; dev and test loosen it."""
