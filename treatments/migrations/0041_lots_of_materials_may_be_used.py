"""The database itself refuses a numbing cream or a serum that is none, or whose lot must not have been used.

Another clinic's product or lot, one of another kind, a lot of another product, one that was quarantined before it was
used, or one that had expired (to within the time zones, as for cartridges).
"""

from django.db import migrations

SENTENCE = "A session is not written down with a cream or a serum that must not be used."
# Each table, the kind of its products, and when it was used.
USED = {
    "treatments_numbingcream": ("anaesthetic", "NEW.on_at"),
    "treatments_serum": ("serum", "(SELECT ended_at FROM treatments_session WHERE id = NEW.session_id)"),
}


def refused(table, *, goes_off):
    """Whether the new row must not be; `goes_off` makes a moment of a day. While the end is unknown, no time is held."""
    kind, used_at = USED[table]
    return f"""(
        NOT EXISTS (SELECT 1 FROM treatments_product WHERE id = NEW.product_id AND clinic_id = NEW.clinic_id AND kind = '{kind}')
        OR {used_at} >= {goes_off("NEW.expires_on")}
        OR (NEW.lot_id IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM treatments_lot AS lot
            WHERE lot.id = NEW.lot_id AND lot.clinic_id = NEW.clinic_id AND lot.product_id = NEW.product_id
            AND (lot.quarantined_at IS NULL OR lot.quarantined_at > {used_at})
            AND (lot.expires_on IS NULL OR {used_at} IS NULL OR {used_at} < {goes_off("lot.expires_on")})
        ))
    )"""


def sqlite(table):
    name, condition = table.removeprefix("treatments_"), refused(table, goes_off=lambda day: f"datetime({day}, '+36 hours')")
    return {
        f"{name}_may_be_{when.lower()}d": f"""
            CREATE TRIGGER {name}_may_be_{when.lower()}d BEFORE {when} ON {table} WHEN {condition}
            BEGIN SELECT RAISE(ABORT, '{SENTENCE}'); END
        """
        for when in ("INSERT", "UPDATE")
    }


def postgresql(table):
    name = f"{table.removeprefix('treatments_')}_may_be_used"
    condition = refused(table, goes_off=lambda day: f"({day}::timestamp + interval '36 hours') AT TIME ZONE 'UTC'")
    return f"""
        CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF {condition} THEN RAISE EXCEPTION '{SENTENCE}' USING ERRCODE = 'restrict_violation'; END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER {name} BEFORE INSERT OR UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION {name}();
        ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name};
    """


def install(_apps, schema_editor):
    for table in USED:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(postgresql(table))
        else:
            for statement in sqlite(table).values():
                schema_editor.execute(statement)


def remove(_apps, schema_editor):
    for table in USED:
        if schema_editor.connection.vendor == "postgresql":
            name = f"{table.removeprefix('treatments_')}_may_be_used"
            schema_editor.execute(f"DROP TRIGGER {name} ON {table}; DROP FUNCTION {name}();")
        else:
            for name in sqlite(table):
                schema_editor.execute(f"DROP TRIGGER {name}")


class Migration(migrations.Migration):
    dependencies = [("treatments", "0040_earlier_changes_know_the_session")]
    operations = [migrations.RunPython(install, remove)]
