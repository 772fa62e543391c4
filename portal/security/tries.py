"""How often something was tried, for doors that open only so often: one count for all web processes."""

from datetime import datetime, timedelta

from django.db import connection, models

# One statement: whoever comes at the same time waits for the row, and a count that has run out begins anew in it.
COUNT = """
    INSERT INTO portal_tries (name, ends_at, count) VALUES (%(name)s, %(ends)s, 1)
    ON CONFLICT (name) DO UPDATE SET
        count = CASE WHEN portal_tries.ends_at <= %(now)s THEN 1 ELSE portal_tries.count + 1 END,
        ends_at = CASE WHEN portal_tries.ends_at <= %(now)s THEN %(ends)s ELSE portal_tries.ends_at END
    RETURNING count
"""


class Tries(models.Model):
    """How often one thing was tried since the first time, until the count ends."""

    name = models.CharField(max_length=120, primary_key=True)  # of the door, and who knocks: "photographs:12"
    ends_at = models.DateTimeField()
    count = models.PositiveIntegerField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.name


def count_try(name: str, *, within: timedelta, at: datetime) -> int:
    """How many tries this makes since the first, which was at most `within` ago."""
    moment = connection.ops.adapt_datetimefield_value
    with connection.cursor() as cursor:
        cursor.execute(COUNT, {"name": name, "now": moment(at), "ends": moment(at + within)})
        return int(cursor.fetchone()[0])


def forget_tries(*, at: datetime) -> None:
    """Drop the counts that have ended; their names may hold an address."""
    Tries.objects.filter(ends_at__lte=at).delete()
