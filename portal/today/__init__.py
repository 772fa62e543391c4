"""The practitioner's first page: what needs a person now, and where to press."""
