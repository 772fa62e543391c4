"""The database itself refuses to change or delete a protocol that was published."""

from django.db import migrations

TABLE = "treatments_protocol"
SENTENCE = "A published protocol is never changed."

SQLITE = {
    "protocol_no_update": f"""
        CREATE TRIGGER protocol_no_update BEFORE UPDATE ON {TABLE} WHEN OLD.published_at IS NOT NULL
        BEGIN SELECT RAISE(ABORT, '{SENTENCE}'); END
    """,
    "protocol_no_delete": f"""
        CREATE TRIGGER protocol_no_delete BEFORE DELETE ON {TABLE} WHEN OLD.published_at IS NOT NULL
        BEGIN SELECT RAISE(ABORT, '{SENTENCE}'); END
    """,
    # INSERT OR REPLACE deletes without firing a delete trigger.
    "protocol_no_replace": f"""
        CREATE TRIGGER protocol_no_replace BEFORE INSERT ON {TABLE}
        WHEN EXISTS (
            SELECT 1 FROM {TABLE}
            WHERE published_at IS NOT NULL
            AND (
                id = NEW.id
                OR (clinic_id = NEW.clinic_id AND indication = NEW.indication AND number = NEW.number)
            )
        )
        BEGIN SELECT RAISE(ABORT, '{SENTENCE}'); END
    """,
}
POSTGRESQL = f"""
    CREATE FUNCTION published_protocols_never_change() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION '{SENTENCE}' USING ERRCODE = 'restrict_violation'; END $$;
    CREATE TRIGGER published_protocols_never_change BEFORE UPDATE OR DELETE ON {TABLE}
        FOR EACH ROW WHEN (OLD.published_at IS NOT NULL) EXECUTE FUNCTION published_protocols_never_change();
    ALTER TABLE {TABLE} ENABLE ALWAYS TRIGGER published_protocols_never_change;
"""


def install(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRESQL)
    else:
        for statement in SQLITE.values():
            schema_editor.execute(statement)


def remove(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"DROP TRIGGER published_protocols_never_change ON {TABLE}")
        schema_editor.execute("DROP FUNCTION published_protocols_never_change()")
    else:
        for name in SQLITE:
            schema_editor.execute(f"DROP TRIGGER {name}")


class Migration(migrations.Migration):
    dependencies = [("treatments", "0020_protocols")]
    operations = [migrations.RunPython(install, remove)]
