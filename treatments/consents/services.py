"""The verbs of consent: ask, sign, refuse, withdraw, publish a text; and whether one is in force."""
