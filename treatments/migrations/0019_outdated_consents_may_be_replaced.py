"""A consent whose text had changed may be replaced by the one that the client signs then; the triggers let it move."""

from importlib import import_module

from django.db import migrations

before = import_module("treatments.migrations.0008_consents_never_change")
NAME, TABLE = "consent_signed_stays", before.CONSENTS
MOVED = "(OLD.state = 'outdated' AND NEW.state = 'withdrawn')"
ALSO = f"{MOVED} OR (OLD.state = 'outdated' AND NEW.state = 'replaced')"


def consent_altered(differs):
    """As before, but for one move more."""
    return before.consent_altered(differs).replace(MOVED, ALSO)


SQLITE = {NAME: f"CREATE TRIGGER {NAME} BEFORE UPDATE ON {TABLE} WHEN {consent_altered('IS NOT')} {before.REFUSE}"}
POSTGRESQL = ((NAME, TABLE, "BEFORE UPDATE", f"FOR EACH ROW WHEN ({consent_altered(before.DIFFERS)})"),)


def put(schema_editor, *, sqlite, postgresql):
    if schema_editor.connection.vendor == "postgresql":
        name, table, when, each = postgresql
        schema_editor.execute(
            f"DROP TRIGGER {name} ON {table};"
            f"CREATE TRIGGER {name} {when} ON {table} {each} EXECUTE FUNCTION consents_never_change();"
            f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name};"
        )
    else:
        schema_editor.execute(f"DROP TRIGGER {NAME}")
        schema_editor.execute(sqlite)


def let_it_move(_apps, schema_editor):
    put(schema_editor, sqlite=SQLITE[NAME], postgresql=POSTGRESQL[0])


def as_before(_apps, schema_editor):
    put(schema_editor, sqlite=before.SQLITE[NAME], postgresql=before.POSTGRESQL[0])


class Migration(migrations.Migration):
    dependencies = [("treatments", "0018_earlier_sessions_are_enrolled")]
    operations = [migrations.RunPython(let_it_move, as_before)]
