"""Links that end emails of one purpose."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("clients", "0005_message_outcome_and_member")]
    operations = [
        migrations.AlterField(
            model_name="clientlink",
            name="purpose",
            field=models.CharField(
                choices=[
                    ("screening", "Screening form"),
                    ("confirmation", "Confirmation before a session"),
                    ("consent", "Consent"),
                    ("follow_up", "Follow-up questions"),
                    ("emails_off", "No more emails of one purpose"),
                ],
                max_length=20,
            ),
        ),
    ]
