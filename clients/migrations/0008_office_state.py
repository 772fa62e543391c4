"""How the post office itself is, and how much may leave."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("clients", "0007_stopped_addresses")]
    operations = [
        migrations.CreateModel(
            name="Allowance",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("domain", models.CharField(blank=True, max_length=253)),
                ("minute", models.DateTimeField()),
                ("used", models.PositiveIntegerField(default=0)),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="OfficeState",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("down_since", models.DateTimeField(null=True)),
                ("probe_at", models.DateTimeField(null=True)),
                ("failures", models.PositiveIntegerField(default=0)),
                ("last_tick_at", models.DateTimeField(null=True)),
                ("last_sent_at", models.DateTimeField(null=True)),
                ("silent_since", models.DateTimeField(null=True)),
                ("alarm_sent_at", models.DateTimeField(null=True)),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.AddIndex(
            model_name="allowance",
            index=models.Index(fields=["minute"], name="allowance_by_minute"),
        ),
        migrations.AddConstraint(
            model_name="allowance",
            constraint=models.UniqueConstraint(fields=("domain", "minute"), name="allowance_once_per_minute"),
        ),
        migrations.AddConstraint(
            model_name="officestate",
            constraint=models.CheckConstraint(condition=models.Q(("pk", 1)), name="office_state_is_one_row"),
        ),
        migrations.AddConstraint(
            model_name="officestate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("down_since", None), ("probe_at", None)),
                    models.Q(("down_since__isnull", False), ("probe_at__isnull", False)),
                    _connector="OR",
                ),
                name="office_down_knows_when_to_look_again",
            ),
        ),
    ]
