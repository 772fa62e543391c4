"""Sending one email writes its row a few times: fewer indexes that another one makes idle, and quicker packing.

The copies of emails are packed with lz4 where PostgreSQL has it; its own way takes longer than handing an email over.
"""

import django.db.models.deletion
from django.db import migrations, models

COPIES = ("text", "html")


def pack(apps, editor, how):
    if editor.connection.vendor != "postgresql":
        return
    with editor.connection.cursor() as cursor:
        cursor.execute("SELECT 'lz4' = ANY(enumvals) FROM pg_settings WHERE name = 'default_toast_compression'")
        known = cursor.fetchone()
        if known and known[0]:
            for column in COPIES:
                cursor.execute(f"ALTER TABLE clients_message ALTER COLUMN {column} SET COMPRESSION {how}")


def pack_quickly(apps, editor):
    pack(apps, editor, "lz4")


def pack_slowly(apps, editor):
    pack(apps, editor, "pglz")


def key(model, **more):
    return models.ForeignKey(to=model, on_delete=django.db.models.deletion.PROTECT, db_index=False, **more)


class Migration(migrations.Migration):
    dependencies = [("clients", "0008_office_state"), ("portal", "0005_screening_and_consent_settings")]
    operations = [
        migrations.RemoveIndex("message", "message_by_client"),
        migrations.AlterField("clientlink", "clinic", key("portal.clinic", related_name="+")),
        migrations.AlterField("clientlink", "token_hash", models.CharField(max_length=64)),
        migrations.AlterField("message", "client", key("clients.client", related_name="messages")),
        migrations.AlterField("message", "clinic", key("portal.clinic", related_name="+")),
        migrations.AlterField(
            "message", "member", key("portal.membership", related_name="+", null=True, blank=True)
        ),
        migrations.AddIndex("message", models.Index(fields=["client", "due_at"], name="message_by_client")),
        migrations.AddIndex(
            "message",
            models.Index(condition=models.Q(member__isnull=False), fields=["member"], name="message_by_member"),
        ),
        migrations.AddConstraint(
            "clientlink", models.UniqueConstraint(fields=("token_hash",), name="link_token_once")
        ),
        migrations.RunPython(pack_quickly, pack_slowly),
    ]
