"""The database itself refuses to change or delete a rating: a new one is a new row."""

from django.db import migrations

TABLE = "treatments_rating"
SENTENCE = "A rating is never changed or deleted."
REFUSE = f"BEGIN SELECT RAISE(ABORT, '{SENTENCE}'); END"

SQLITE = {
    "rating_no_update": f"CREATE TRIGGER rating_no_update BEFORE UPDATE ON {TABLE} {REFUSE}",
    "rating_no_delete": f"CREATE TRIGGER rating_no_delete BEFORE DELETE ON {TABLE} {REFUSE}",
    # INSERT OR REPLACE deletes without firing a delete trigger.
    "rating_no_replace": f"""
        CREATE TRIGGER rating_no_replace BEFORE INSERT ON {TABLE}
        WHEN EXISTS (SELECT 1 FROM {TABLE} WHERE id = NEW.id) {REFUSE}
    """,
}
FUNCTION = f"""
    CREATE FUNCTION ratings_never_change() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION '{SENTENCE}' USING ERRCODE = 'restrict_violation'; END $$
"""
# Name, table, and when.
POSTGRESQL = (
    ("rating_no_update", TABLE, "BEFORE UPDATE OR DELETE", "FOR EACH ROW"),
    ("rating_no_truncate", TABLE, "BEFORE TRUNCATE", "FOR EACH STATEMENT"),
)


def install(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        for statement in SQLITE.values():
            schema_editor.execute(statement)
        return
    schema_editor.execute(FUNCTION)
    for name, table, when, each in POSTGRESQL:
        schema_editor.execute(f"CREATE TRIGGER {name} {when} ON {table} {each} EXECUTE FUNCTION ratings_never_change()")
        schema_editor.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}")


def remove(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        for name in SQLITE:
            schema_editor.execute(f"DROP TRIGGER {name}")
        return
    for name, table, _when, _each in POSTGRESQL:
        schema_editor.execute(f"DROP TRIGGER {name} ON {table}")
    schema_editor.execute("DROP FUNCTION ratings_never_change()")


class Migration(migrations.Migration):
    dependencies = [("treatments", "0037_ratings")]
    operations = [migrations.RunPython(install, remove)]
