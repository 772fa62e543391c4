"""The database itself refuses to change a signed session, what was written down with it, and its amendments.

A table that belongs to the record gets the same lock with `sqlite_lock`, `lock` and `put` in a later migration. On SQLite a migration
that rebuilds a locked table drops its triggers: it calls `put_back` at its end.
"""

from django.db import migrations

SIGNED, AMENDED = "treatments_signedrecord", "treatments_amendment"
SENTENCE = "A signed record is never changed. Write an amendment."
NOT_DONE = "Only a completed session is signed."
NOT_SIGNED = "Only a signed record is amended."
# Each table of the record, and the column that names its session.
LOCKED = {
    "treatments_session": "id",
    "treatments_sessionzone": "session_id",
    "treatments_numbingcream": "session_id",
    "treatments_serum": "session_id",
    "treatments_skinsign": "session_id",
    "treatments_closing": "session_id",
}


def refuse(sentence=SENTENCE):
    return f"BEGIN SELECT RAISE(ABORT, '{sentence}'); END"


def is_signed(value):
    return f"EXISTS (SELECT 1 FROM {SIGNED} WHERE session_id = {value})"


def replaces(table, column):
    """Whether an INSERT OR REPLACE, which fires no delete trigger, would take the place of a signed row."""
    same = "old.id = NEW.id"
    if table == "treatments_session":
        same += " OR (old.plan_id = NEW.plan_id AND old.number = NEW.number AND NEW.state <> 'cancelled')"
    return (
        f"EXISTS (SELECT 1 FROM {table} AS old JOIN {SIGNED} AS signed ON signed.session_id = old.{column}"
        f" WHERE {same})"
    )


def sqlite_lock(table, column="session_id"):
    name, old, new = table.removeprefix("treatments_"), is_signed(f"OLD.{column}"), is_signed(f"NEW.{column}")
    return {
        f"{name}_signed_no_update": f"""
            CREATE TRIGGER {name}_signed_no_update BEFORE UPDATE ON {table} WHEN {old} OR {new} {refuse()}
        """,
        f"{name}_signed_no_delete": f"""
            CREATE TRIGGER {name}_signed_no_delete BEFORE DELETE ON {table} WHEN {old} {refuse()}
        """,
        f"{name}_signed_no_insert": f"""
            CREATE TRIGGER {name}_signed_no_insert BEFORE INSERT ON {table}
            WHEN {new} OR {replaces(table, column)} {refuse()}
        """,
    }


def sqlite_never(table, same):
    name = table.removeprefix("treatments_")
    return {
        f"{name}_no_update": f"CREATE TRIGGER {name}_no_update BEFORE UPDATE ON {table} {refuse()}",
        f"{name}_no_delete": f"CREATE TRIGGER {name}_no_delete BEFORE DELETE ON {table} {refuse()}",
        f"{name}_no_replace": f"""
            CREATE TRIGGER {name}_no_replace BEFORE INSERT ON {table}
            WHEN EXISTS (SELECT 1 FROM {table} WHERE {same}) {refuse()}
        """,
    }


DONE = """EXISTS (SELECT 1 FROM treatments_session
    WHERE id = NEW.session_id AND clinic_id = NEW.clinic_id AND state = 'completed')"""
WAS_SIGNED = f"EXISTS (SELECT 1 FROM {SIGNED} WHERE session_id = NEW.session_id AND clinic_id = NEW.clinic_id)"
SQLITE = {
    **{name: sql for table, column in LOCKED.items() for name, sql in sqlite_lock(table, column).items()},
    **sqlite_never(SIGNED, "id = NEW.id OR session_id = NEW.session_id"),
    **sqlite_never(AMENDED, "id = NEW.id"),
    "signedrecord_of_done": f"""
        CREATE TRIGGER signedrecord_of_done BEFORE INSERT ON {SIGNED} WHEN NOT {DONE} {refuse(NOT_DONE)}
    """,
    "amendment_of_signed": f"""
        CREATE TRIGGER amendment_of_signed BEFORE INSERT ON {AMENDED} WHEN NOT {WAS_SIGNED} {refuse(NOT_SIGNED)}
    """,
}


def raising(sentence):
    return f"RAISE EXCEPTION '{sentence}' USING ERRCODE = 'restrict_violation'"


FUNCTIONS = {
    # TG_ARGV[0] is the column that names the session.
    "signed_session_is_locked": f"""
        BEGIN
            IF TG_OP <> 'INSERT' AND {is_signed("(to_jsonb(OLD) ->> TG_ARGV[0])::bigint")} THEN
                {raising(SENTENCE)};
            END IF;
            IF TG_OP <> 'DELETE' AND {is_signed("(to_jsonb(NEW) ->> TG_ARGV[0])::bigint")} THEN
                {raising(SENTENCE)};
            END IF;
            RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
        END
    """,
    "signed_records_never_change": f"BEGIN {raising(SENTENCE)}; END",
    "signed_records_stay": f"""
        BEGIN IF EXISTS (SELECT 1 FROM {SIGNED}) THEN {raising(SENTENCE)}; END IF; RETURN NULL; END
    """,
    "signed_only_when_done": f"BEGIN IF NOT {DONE} THEN {raising(NOT_DONE)}; END IF; RETURN NEW; END",
    "amended_only_when_signed": f"BEGIN IF NOT {WAS_SIGNED} THEN {raising(NOT_SIGNED)}; END IF; RETURN NEW; END",
}


def lock(table, column="session_id"):
    """Name, table, when, and what: on PostgreSQL."""
    name = table.removeprefix("treatments_")
    each = f"FOR EACH ROW EXECUTE FUNCTION signed_session_is_locked('{column}')"
    stays = "FOR EACH STATEMENT EXECUTE FUNCTION signed_records_stay()"
    return (
        (f"{name}_signed_is_locked", table, "BEFORE INSERT OR UPDATE OR DELETE", each),
        (f"{name}_signed_no_truncate", table, "BEFORE TRUNCATE", stays),
    )


def never(table):
    name, what = table.removeprefix("treatments_"), "EXECUTE FUNCTION signed_records_never_change()"
    return (
        (f"{name}_never_changes", table, "BEFORE UPDATE OR DELETE", f"FOR EACH ROW {what}"),
        (f"{name}_no_truncate", table, "BEFORE TRUNCATE", f"FOR EACH STATEMENT {what}"),
    )


POSTGRESQL = (
    *(row for table, column in LOCKED.items() for row in lock(table, column)),
    *never(SIGNED),
    *never(AMENDED),
    ("signedrecord_of_done", SIGNED, "BEFORE INSERT", "FOR EACH ROW EXECUTE FUNCTION signed_only_when_done()"),
    ("amendment_of_signed", AMENDED, "BEFORE INSERT", "FOR EACH ROW EXECUTE FUNCTION amended_only_when_signed()"),
)


def put(schema_editor, sqlite, postgresql):
    """Those triggers."""
    if schema_editor.connection.vendor == "postgresql":
        for name, table, when, each in postgresql:
            schema_editor.execute(
                f"CREATE TRIGGER {name} {when} ON {table} {each}; ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name};"
            )
    else:
        for statement in sqlite.values():
            schema_editor.execute(statement)


def lift(schema_editor, sqlite, postgresql):
    """Not any more."""
    if schema_editor.connection.vendor == "postgresql":
        for name, table, _when, _each in postgresql:
            schema_editor.execute(f"DROP TRIGGER {name} ON {table}")
    else:
        for name in sqlite:
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}")


def install(_apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for name, body in FUNCTIONS.items():
            schema_editor.execute(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$")
    put(schema_editor, SQLITE, POSTGRESQL)


def remove(_apps, schema_editor):
    lift(schema_editor, SQLITE, POSTGRESQL)
    if schema_editor.connection.vendor == "postgresql":
        for name in FUNCTIONS:
            schema_editor.execute(f"DROP FUNCTION {name}()")


def put_back(_apps, schema_editor):
    """On SQLite: the triggers that went when a table was rebuilt."""
    if schema_editor.connection.vendor == "sqlite":
        lift(schema_editor, SQLITE, ())
        put(schema_editor, SQLITE, ())


class Migration(migrations.Migration):
    dependencies = [("treatments", "0028_signed_records")]
    operations = [migrations.RunPython(install, remove)]
