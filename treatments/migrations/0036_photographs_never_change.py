"""The database itself refuses to change what a photograph says: it is removed, once, and its files then go, once."""

from django.db import migrations

TABLE = "treatments_photograph"
SENTENCE = "A photograph is never changed, only removed."
SAYS = (
    "id",
    "clinic_id",
    "client_id",
    "session_id",
    "moment",
    "view",
    "taken_at",
    "added_at",
    "added_by_id",
    "file",
    "thumbnail",
    "width",
    "height",
    "sha256",
)
REMOVAL = ("removed_at", "removed_by_id", "removal_reason")


def changed(differs):
    """What must not be updated; `differs` compares a column of OLD and NEW, NULL included."""
    said = " OR ".join(differs.format(column=column) for column in SAYS)
    again = " OR ".join(differs.format(column=column) for column in REMOVAL)
    gone = differs.format(column="files_gone_at")
    return f"{said} OR (OLD.removed_at IS NOT NULL AND ({again})) OR (OLD.files_gone_at IS NOT NULL AND {gone})"


SQLITE = {
    "photograph_no_update": f"""
        CREATE TRIGGER photograph_no_update BEFORE UPDATE ON {TABLE}
        WHEN {changed("OLD.{column} IS NOT NEW.{column}")}
        BEGIN SELECT RAISE(ABORT, '{SENTENCE}'); END
    """,
    # INSERT OR REPLACE would be an update by another name.
    "photograph_no_replace": f"""
        CREATE TRIGGER photograph_no_replace BEFORE INSERT ON {TABLE}
        WHEN EXISTS (SELECT 1 FROM {TABLE} WHERE id = NEW.id)
        BEGIN SELECT RAISE(ABORT, '{SENTENCE}'); END
    """,
}
POSTGRESQL = f"""
    CREATE FUNCTION photographs_never_change() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION '{SENTENCE}' USING ERRCODE = 'restrict_violation'; END $$;
    CREATE TRIGGER photographs_never_change BEFORE UPDATE ON {TABLE}
        FOR EACH ROW WHEN ({changed("OLD.{column} IS DISTINCT FROM NEW.{column}")})
        EXECUTE FUNCTION photographs_never_change();
    ALTER TABLE {TABLE} ENABLE ALWAYS TRIGGER photographs_never_change;
"""


def install(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRESQL)
    else:
        for statement in SQLITE.values():
            schema_editor.execute(statement)


def remove(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"DROP TRIGGER photographs_never_change ON {TABLE}")
        schema_editor.execute("DROP FUNCTION photographs_never_change()")
    else:
        for name in SQLITE:
            schema_editor.execute(f"DROP TRIGGER {name}")


class Migration(migrations.Migration):
    dependencies = [("treatments", "0035_photographs_of_clients")]
    operations = [migrations.RunPython(install, remove)]
