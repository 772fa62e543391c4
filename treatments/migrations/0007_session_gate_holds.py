"""No session is under way or done without the screening and the consent it was started on."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("treatments", "0006_session_gate")]

    operations = [
        migrations.AddConstraint(
            model_name="session",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["booked", "cancelled"]),
                    ("before_gate", True),
                    models.Q(("consent__isnull", False), ("screening__isnull", False)),
                    _connector="OR",
                ),
                name="session_started_on_a_screening_and_a_consent",
            ),
        ),
    ]
