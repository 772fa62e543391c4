"""A wording is written down once, each email only what it said in its fields; and a link may be used again.

Going back writes each email's text and HTML out again.
"""

from html import escape

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

TABLE = "clients_wording"
SENTENCE = "A wording is never changed."

SQLITE = {
    "wording_no_update": f"""
        CREATE TRIGGER wording_no_update BEFORE UPDATE ON {TABLE}
        BEGIN SELECT RAISE(ABORT, '{SENTENCE}'); END
    """,
    "wording_no_delete": f"""
        CREATE TRIGGER wording_no_delete BEFORE DELETE ON {TABLE}
        BEGIN SELECT RAISE(ABORT, '{SENTENCE}'); END
    """,
    # INSERT OR REPLACE deletes without firing a delete trigger. The same words once more are no change: INSERT OR
    # IGNORE passes over them.
    "wording_no_replace": f"""
        CREATE TRIGGER wording_no_replace BEFORE INSERT ON {TABLE}
        WHEN EXISTS (
            SELECT 1 FROM {TABLE}
            WHERE (id = NEW.id OR (clinic_id = NEW.clinic_id AND digest = NEW.digest))
            AND (clinic_id <> NEW.clinic_id OR digest <> NEW.digest OR content <> NEW.content)
        )
        BEGIN SELECT RAISE(ABORT, '{SENTENCE}'); END
    """,
}
POSTGRESQL = f"""
    CREATE FUNCTION wording_never_changes() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION '{SENTENCE}' USING ERRCODE = 'restrict_violation'; END $$;
    CREATE TRIGGER wording_never_changes BEFORE UPDATE OR DELETE ON {TABLE}
        FOR EACH ROW EXECUTE FUNCTION wording_never_changes();
    ALTER TABLE {TABLE} ENABLE ALWAYS TRIGGER wording_never_changes;
"""


def install(apps, editor):
    for statement in [POSTGRESQL] if editor.connection.vendor == "postgresql" else SQLITE.values():
        editor.execute(statement)


def remove(apps, editor):
    if editor.connection.vendor == "postgresql":
        editor.execute(f"DROP TRIGGER wording_never_changes ON {TABLE}")
        editor.execute("DROP FUNCTION wording_never_changes()")
    else:
        for name in SQLITE:
            editor.execute(f"DROP TRIGGER {name}")


def joined(pieces, said):
    out = []
    for when, words, field in pieces:
        if not when or said[when]:
            out.append(words + (said[field] if field else ""))
    return "".join(out)


def write_out(apps, editor):
    """Each email's own text and HTML, as it was before there were wordings."""
    messages = apps.get_model("clients", "Message").objects
    for wording in apps.get_model("clients", "Wording").objects.iterator(chunk_size=20):
        for message in messages.filter(wording=wording).only("said", "text").iterator(chunk_size=200):
            safe = {name: escape(value).replace("\n", "<br>") for name, value in message.said.items()}
            text = joined(wording.content["text"], message.said) + message.text
            html = joined(wording.content["html"], safe)
            messages.filter(pk=message.pk).update(text=text, html=html)


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0009_less_to_write_for_each_email"),
        ("portal", "0005_screening_and_consent_settings"),
    ]
    operations = [
        migrations.CreateModel(
            name="Wording",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.CharField(max_length=64)),
                ("content", models.JSONField()),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "clinic",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="portal.clinic",
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "constraints": [models.UniqueConstraint(fields=("clinic", "digest"), name="wording_once_per_clinic")],
            },
        ),
        migrations.RunPython(install, remove),
        migrations.AddField(
            "message",
            "wording",
            models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="clients.wording",
            ),
        ),
        migrations.AddField("message", "said", models.JSONField(blank=True, null=True)),
        migrations.AddConstraint(
            "message",
            models.CheckConstraint(
                condition=models.Q(("said", None), ("wording", None))
                | models.Q(("said__isnull", False), ("wording__isnull", False)),
                name="message_said_exactly_what_its_wording_asks",
            ),
        ),
        migrations.RemoveIndex("clientlink", "link_by_subject"),
        migrations.AlterField(
            "clientlink",
            "client",
            models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="links",
                to="clients.client",
            ),
        ),
        migrations.AddIndex(
            "clientlink", models.Index(fields=["client", "purpose", "subject_id"], name="link_by_client")
        ),
        migrations.AddField(
            "clientlink", "nonce", models.CharField(blank=True, max_length=32, default=""), preserve_default=False
        ),
        migrations.RunPython(migrations.RunPython.noop, write_out),
    ]
