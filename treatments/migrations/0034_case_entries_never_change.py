"""The database itself refuses to alter or delete what was done about a reaction case, and a case once it is closed."""

from django.db import migrations

ENTRIES, CASES = "treatments_caseentry", "treatments_case"
SENTENCE = "What was written down about a case never changes."
REFUSE = f"BEGIN SELECT RAISE(ABORT, '{SENTENCE}'); END"

SQLITE = {
    "case_entry_no_update": f"CREATE TRIGGER case_entry_no_update BEFORE UPDATE ON {ENTRIES} {REFUSE}",
    "case_entry_no_delete": f"CREATE TRIGGER case_entry_no_delete BEFORE DELETE ON {ENTRIES} {REFUSE}",
    # INSERT OR REPLACE deletes without firing a delete trigger.
    "case_entry_no_replace": f"""
        CREATE TRIGGER case_entry_no_replace BEFORE INSERT ON {ENTRIES}
        WHEN EXISTS (SELECT 1 FROM {ENTRIES} WHERE id = NEW.id OR (
            case_id = NEW.case_id AND photograph_id = NEW.photograph_id
        )) {REFUSE}
    """,
    "case_closed_no_update": f"""
        CREATE TRIGGER case_closed_no_update BEFORE UPDATE ON {CASES} WHEN OLD.closed_at IS NOT NULL {REFUSE}
    """,
    "case_closed_no_delete": f"""
        CREATE TRIGGER case_closed_no_delete BEFORE DELETE ON {CASES} WHEN OLD.closed_at IS NOT NULL {REFUSE}
    """,
    "case_closed_no_replace": f"""
        CREATE TRIGGER case_closed_no_replace BEFORE INSERT ON {CASES}
        WHEN EXISTS (SELECT 1 FROM {CASES} WHERE closed_at IS NOT NULL AND (
            id = NEW.id OR alert_id = NEW.alert_id
        )) {REFUSE}
    """,
}
FUNCTION = f"""
    CREATE FUNCTION cases_never_change() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION '{SENTENCE}' USING ERRCODE = 'restrict_violation'; END $$
"""
CLOSED = "FOR EACH ROW WHEN (OLD.closed_at IS NOT NULL)"
# Name, table, and when.
POSTGRESQL = (
    ("case_entry_stays", ENTRIES, "BEFORE UPDATE OR DELETE", "FOR EACH ROW"),
    ("case_entry_no_truncate", ENTRIES, "BEFORE TRUNCATE", "FOR EACH STATEMENT"),
    ("case_closed_stays", CASES, "BEFORE UPDATE OR DELETE", CLOSED),
    ("case_no_truncate", CASES, "BEFORE TRUNCATE", "FOR EACH STATEMENT"),
)


def install(_apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(FUNCTION)
        for name, table, when, each in POSTGRESQL:
            schema_editor.execute(
                f"CREATE TRIGGER {name} {when} ON {table} {each} EXECUTE FUNCTION cases_never_change();"
                f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name};"
            )
    else:
        for statement in SQLITE.values():
            schema_editor.execute(statement)


def remove(_apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for name, table, _when, _each in POSTGRESQL:
            schema_editor.execute(f"DROP TRIGGER {name} ON {table}")
        schema_editor.execute("DROP FUNCTION cases_never_change()")
    else:
        for name in SQLITE:
            schema_editor.execute(f"DROP TRIGGER {name}")


class Migration(migrations.Migration):
    dependencies = [("treatments", "0033_reaction_cases")]
    operations = [migrations.RunPython(install, remove)]
