"""One row for each address that asked for a new password, and when it was tried and sent."""

from django.db import migrations, models


def keep_the_latest(apps, _schema_editor):
    rows = apps.get_model("portal", "PasswordReset").objects
    latest = rows.order_by().values("email").annotate(last=models.Max("pk")).values_list("last", flat=True)
    rows.exclude(pk__in=list(latest)).delete()


class Migration(migrations.Migration):
    dependencies = [("portal", "0002_audit_append_only")]

    operations = [
        migrations.RunPython(keep_the_latest, migrations.RunPython.noop),
        migrations.AlterField("passwordreset", "email", models.EmailField(max_length=254, unique=True)),
        migrations.AddField("passwordreset", "place", models.CharField(max_length=64, blank=True, default=""), preserve_default=False),
        migrations.AddField("passwordreset", "invited", models.BooleanField(default=False)),
        migrations.AddField("passwordreset", "tried_at", models.DateTimeField(null=True, blank=True)),
        migrations.AddField("passwordreset", "sent_at", models.DateTimeField(null=True, blank=True)),
        migrations.RemoveIndex("passwordreset", "password_reset_waiting"),
        migrations.AddIndex(
            "passwordreset",
            models.Index(fields=["done_at", "tried_at", "asked_at"], name="password_reset_waiting"),
        ),
        migrations.AddIndex(
            "passwordreset", models.Index(fields=["place", "asked_at"], name="password_reset_by_place")
        ),
    ]
