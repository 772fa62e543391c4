"""Columns that hold one of a list of words: the database refuses every other."""

from django.db import models


def known_words(
    field: str, choices: type[models.TextChoices], name: str, *, or_empty: bool = False
) -> models.CheckConstraint:
    """The database refuses a word that the list does not have. A new word needs a migration."""
    allowed = ["", *choices.values] if or_empty else list(choices.values)
    return models.CheckConstraint(condition=models.Q(**{f"{field}__in": allowed}), name=name)
