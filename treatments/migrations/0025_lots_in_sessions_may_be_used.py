"""The database itself refuses a session that was completed with a lot that must not be used.

Another clinic's lot, one that is no cartridge's, one that was quarantined before the session ended, or one that had
expired. A day ends at another moment in each time zone: the database holds the expiry to within those, the service to
the clinic's own day.
"""

from django.db import migrations

TABLE = "treatments_session"
SENTENCE = "A session is not completed with a cartridge that must not be used."


def refused(now, *, goes_off):
    """Whether the new row's cartridge must not have been used; `goes_off` makes a moment of a day."""
    return f"""(
        ({now}.cartridge_expires_on IS NOT NULL AND {now}.ended_at >= {goes_off(f"{now}.cartridge_expires_on")})
        OR ({now}.lot_id IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM treatments_lot AS lot JOIN treatments_product AS product ON product.id = lot.product_id
            WHERE lot.id = {now}.lot_id AND lot.clinic_id = {now}.clinic_id AND product.kind = 'cartridge'
            AND (lot.quarantined_at IS NULL OR lot.quarantined_at > {now}.ended_at)
            AND (lot.expires_on IS NULL OR {now}.ended_at < {goes_off("lot.expires_on")})
        ))
    )"""


DONE = "NEW.state = 'completed'"
COLUMNS = ("state", "ended_at", "lot_id", "cartridge_expires_on", "clinic_id")
ON_SQLITE = refused("NEW", goes_off=lambda day: f"datetime({day}, '+36 hours')")
# What was completed before a lot was quarantined stays as it is, whatever else of the row is put right.
CHANGED = " OR ".join(f"OLD.{column} IS NOT NEW.{column}" for column in COLUMNS)
SQLITE = {
    "session_lot_may_be_used": f"""
        CREATE TRIGGER session_lot_may_be_used BEFORE UPDATE ON {TABLE}
        WHEN {DONE} AND ({CHANGED}) AND {ON_SQLITE}
        BEGIN SELECT RAISE(ABORT, '{SENTENCE}'); END
    """,
    "session_new_lot_may_be_used": f"""
        CREATE TRIGGER session_new_lot_may_be_used BEFORE INSERT ON {TABLE}
        WHEN {DONE} AND {ON_SQLITE}
        BEGIN SELECT RAISE(ABORT, '{SENTENCE}'); END
    """,
}
ON_POSTGRESQL = refused("NEW", goes_off=lambda day: f"({day}::timestamp + interval '36 hours') AT TIME ZONE 'UTC'")
POSTGRESQL = f"""
    CREATE FUNCTION session_lot_may_be_used() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF {DONE} AND {ON_POSTGRESQL} THEN
            RAISE EXCEPTION '{SENTENCE}' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER session_new_lot_may_be_used BEFORE INSERT ON {TABLE}
        FOR EACH ROW EXECUTE FUNCTION session_lot_may_be_used();
    CREATE TRIGGER session_lot_may_be_used BEFORE UPDATE ON {TABLE}
        FOR EACH ROW WHEN ({" OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in COLUMNS)})
        EXECUTE FUNCTION session_lot_may_be_used();
    ALTER TABLE {TABLE} ENABLE ALWAYS TRIGGER session_new_lot_may_be_used;
    ALTER TABLE {TABLE} ENABLE ALWAYS TRIGGER session_lot_may_be_used;
"""


def install(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRESQL)
    else:
        for statement in SQLITE.values():
            schema_editor.execute(statement)


def remove(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"DROP TRIGGER session_lot_may_be_used ON {TABLE}")
        schema_editor.execute(f"DROP TRIGGER session_new_lot_may_be_used ON {TABLE}")
        schema_editor.execute("DROP FUNCTION session_lot_may_be_used()")
    else:
        for name in SQLITE:
            schema_editor.execute(f"DROP TRIGGER {name}")


class Migration(migrations.Migration):
    dependencies = [("treatments", "0024_session_cartridges")]
    operations = [migrations.RunPython(install, remove)]
