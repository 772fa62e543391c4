"""A photograph may be sent by the client, and its files leave the disk once it is removed."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("treatments", "0034_case_entries_never_change"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]
    operations = [
        migrations.AddField(
            "photograph",
            "files_gone_at",
            models.DateTimeField(blank=True, null=True, verbose_name="files deleted"),
        ),
        migrations.AlterField(
            "photograph",
            "added_by",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="added by",
            ),
        ),
        migrations.AddConstraint(
            "photograph",
            models.CheckConstraint(
                condition=models.Q(("files_gone_at", None), ("removed_at__isnull", False), _connector="OR"),
                name="photograph_files_go_when_removed",
            ),
        ),
        migrations.AddConstraint(
            "photograph",
            models.CheckConstraint(
                condition=models.Q(("added_by__isnull", False), ("moment", "follow_up"), _connector="OR"),
                name="photograph_of_a_client_is_a_follow_up",
            ),
        ),
    ]
