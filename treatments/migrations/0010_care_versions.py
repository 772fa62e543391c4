"""A clinic's care schedule, as dated versions."""

import django.db.models.deletion
from django.db import migrations, models
from django.conf import settings


class Migration(migrations.Migration):
    dependencies = [
        ("treatments", "0009_versions_never_change"),
        ("portal", "0005_screening_and_consent_settings"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name="CareVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("content", models.JSONField()),
                ("fingerprint", models.CharField(max_length=64)),
                ("shipped", models.CharField(blank=True, max_length=20)),
                ("begun_at", models.DateTimeField(verbose_name="begun")),
                ("reason", models.TextField(blank=True, verbose_name="why it changes")),
                ("published_at", models.DateTimeField(blank=True, null=True, verbose_name="in force from")),
            ],
            options={
                "verbose_name": "care schedule",
                "ordering": ["-number"],
            },
        ),
        migrations.AddField(
            model_name="careversion",
            name="begun_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="careversion",
            name="clinic",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="portal.clinic"),
        ),
        migrations.AddField(
            model_name="careversion",
            name="published_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="careversion",
            constraint=models.UniqueConstraint(fields=("clinic", "number"), name="care_number_once"),
        ),
        migrations.AddConstraint(
            model_name="careversion",
            constraint=models.UniqueConstraint(
                condition=models.Q(("published_at", None)), fields=("clinic",), name="care_one_draft_per_clinic"
            ),
        ),
        migrations.AddConstraint(
            model_name="careversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("published_at", None),
                    models.Q(("shipped", ""), _negated=True),
                    models.Q(("published_by__isnull", False), models.Q(("reason", ""), _negated=True)),
                    _connector="OR",
                ),
                name="care_published_has_a_person_and_a_reason",
            ),
        ),
    ]
