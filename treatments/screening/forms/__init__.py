"""The forms of screening: the client's and the team's."""
