"""A red flag that nobody acted on goes to the owner."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("treatments", "0013_replies_may_be_added_to")]
    operations = [
        migrations.AddField(
            model_name="alert",
            name="escalated_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="passed on to the owner"),
        ),
        migrations.AddIndex(
            model_name="alert",
            index=models.Index(
                condition=models.Q(("acknowledged_at", None), ("escalated_at", None)),
                fields=["act_by"],
                name="alert_to_escalate",
            ),
        ),
    ]
