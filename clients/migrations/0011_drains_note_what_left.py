"""What has left is noted in a small row of the drain that sends it, no more in the row of each message."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("clients", "0010_wordings_and_fewer_links")]
    operations = [
        migrations.CreateModel(
            name="Drain",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("holder", models.CharField(max_length=80)),
                ("gone", models.PositiveIntegerField(default=0)),
                ("gone_at", models.DateTimeField()),
            ],
            options={"default_permissions": ()},
        ),
        migrations.AddConstraint(
            "drain", models.UniqueConstraint(fields=("holder",), name="drain_once_per_holder")
        ),
        migrations.AddField("message", "place", models.PositiveIntegerField(blank=True, null=True)),
    ]
