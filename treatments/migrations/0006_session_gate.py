"""What a session was started on. Sessions that were written down before are marked as such."""

import django.db.models.deletion
from django.db import migrations, models


def mark_older(apps, _schema_editor):
    apps.get_model("treatments", "Session").objects.filter(state__in=["in_progress", "completed"]).update(before_gate=True)


class Migration(migrations.Migration):

    dependencies = [("treatments", "0005_confirmations")]

    operations = [
        migrations.AddField(
            model_name="session",
            name="before_gate",
            field=models.BooleanField(default=False, editable=False),
        ),
        migrations.AddField(
            model_name="session",
            name="consent",
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="treatments.consent"),
        ),
        migrations.AddField(
            model_name="session",
            name="screening",
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="treatments.screening"),
        ),
        migrations.RunPython(mark_older, migrations.RunPython.noop),
    ]
