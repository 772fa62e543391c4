"""What the database itself says to a statement."""

from django.db import DatabaseError, transaction


def refusal_of(act):
    """The database's words when it refuses; "" when it does not."""
    try:
        with transaction.atomic():
            act()
    except DatabaseError as refused:
        return str(refused)
    return ""
