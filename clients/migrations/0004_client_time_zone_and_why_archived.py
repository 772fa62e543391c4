"""Where a client lives, and why a record was put aside."""

import portal.practice.models
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("clients", "0003_links_know_their_channel")]
    operations = [
        migrations.AddField(
            model_name="client",
            name="archived_because",
            field=models.CharField(
                blank=True,
                choices=[("left", "Comes no more"), ("deceased", "Has died"), ("mistake", "Was added by mistake")],
                editable=False,
                max_length=12,
                verbose_name="why archived",
            ),
        ),
        migrations.AddField(
            model_name="client",
            name="time_zone",
            field=models.CharField(
                blank=True,
                help_text="Only if they live in another time zone than the clinic, such as Europe/Lisbon.",
                max_length=64,
                validators=[portal.practice.models.validate_time_zone],
            ),
        ),
        migrations.AddConstraint(
            model_name="client",
            constraint=models.CheckConstraint(
                condition=models.Q(("archived_because__in", ["", "left", "deceased", "mistake"])),
                name="client_archived_because_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="client",
            constraint=models.CheckConstraint(
                condition=models.Q(("archived_because", ""), ("archived_at__isnull", False), _connector="OR"),
                name="client_archived_because_only_when_archived",
            ),
        ),
    ]
