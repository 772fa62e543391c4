"""The verbs of a clinic's own questionnaire: begin a version, change it, publish it."""
