"""The verbs of the confirmation before a session."""
