"""Keeps where each clinic's audit trail ends, and refuses to empty the trail at a stroke."""

import django.db.models.deletion
from django.db import migrations, models

EVENTS, HEADS = "portal_auditevent", "portal_audithead"
SENTENCE = "The audit trail is append-only."
# A head moves by one event, or stays and is only noted as checked.
BACKWARDS = """
    NEW.clinic_id <> OLD.clinic_id OR NOT (
        NEW.sequence = OLD.sequence + 1 OR (NEW.sequence = OLD.sequence AND NEW.hash = OLD.hash)
    )
"""

SQLITE = {
    "audit_head_no_delete": f"""
        CREATE TRIGGER audit_head_no_delete BEFORE DELETE ON {HEADS}
        BEGIN SELECT RAISE(ABORT, '{SENTENCE}'); END
    """,
    "audit_head_goes_on": f"""
        CREATE TRIGGER audit_head_goes_on BEFORE UPDATE ON {HEADS} WHEN {BACKWARDS}
        BEGIN SELECT RAISE(ABORT, '{SENTENCE}'); END
    """,
    "audit_head_no_replace": f"""
        CREATE TRIGGER audit_head_no_replace BEFORE INSERT ON {HEADS}
        WHEN EXISTS (SELECT 1 FROM {HEADS} WHERE clinic_id = NEW.clinic_id)
        BEGIN SELECT RAISE(ABORT, '{SENTENCE}'); END
    """,
}
# Name, table, and when; the function is 0002's.
POSTGRESQL = (
    ("audit_no_truncate", EVENTS, "BEFORE TRUNCATE", "FOR EACH STATEMENT"),
    ("audit_head_no_truncate", HEADS, "BEFORE TRUNCATE", "FOR EACH STATEMENT"),
    ("audit_head_no_delete", HEADS, "BEFORE DELETE", "FOR EACH ROW"),
    ("audit_head_goes_on", HEADS, "BEFORE UPDATE", f"FOR EACH ROW WHEN ({BACKWARDS})"),
)


def note_heads(apps, _schema_editor):
    events = apps.get_model("portal", "AuditEvent")._base_manager
    heads = apps.get_model("portal", "AuditHead")._base_manager
    for clinic in apps.get_model("portal", "Clinic")._base_manager.order_by("pk"):
        last = events.filter(clinic=clinic).order_by("-sequence").first()
        if last is not None:
            heads.create(clinic=clinic, sequence=last.sequence, hash=last.hash)


def install(_apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for name, table, when, each in POSTGRESQL:
            schema_editor.execute(
                f"CREATE TRIGGER {name} {when} ON {table} {each} EXECUTE FUNCTION audit_append_only();"
                f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name};"
            )
    else:
        for statement in SQLITE.values():
            schema_editor.execute(statement)


def remove(_apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for name, table, _when, _each in POSTGRESQL:
            schema_editor.execute(f"DROP TRIGGER {name} ON {table}")
    else:
        for name in SQLITE:
            schema_editor.execute(f"DROP TRIGGER {name}")


class Migration(migrations.Migration):
    dependencies = [("portal", "0003_one_password_reset_per_address")]

    operations = [
        migrations.CreateModel(
            name="AuditHead",
            fields=[
                (
                    "clinic",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="portal.clinic",
                    ),
                ),
                ("sequence", models.PositiveBigIntegerField(default=0)),
                ("hash", models.CharField(blank=True, max_length=64)),
                ("checked_at", models.DateTimeField(null=True)),
                ("found_whole", models.BooleanField(null=True)),
            ],
            options={"default_permissions": ()},
        ),
        migrations.RunPython(install, remove),
        migrations.RunPython(note_heads, migrations.RunPython.noop),
    ]
