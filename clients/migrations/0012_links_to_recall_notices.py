"""A link may lead to the notice of a recall."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("clients", "0011_drains_note_what_left")]
    operations = [
        migrations.AlterField(
            "clientlink",
            "purpose",
            models.CharField(
                choices=[
                    ("screening", "Screening form"),
                    ("confirmation", "Confirmation before a session"),
                    ("consent", "Consent"),
                    ("follow_up", "Follow-up questions"),
                    ("recall", "Notice of a recall"),
                    ("emails_off", "No more emails of one purpose"),
                ],
                max_length=20,
            ),
        ),
    ]
