"""Protocols, and what a plan takes over from one: the least interval, passes, endpoint, aftercare; its price."""

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0011_drains_note_what_left"),
        ("portal", "0005_screening_and_consent_settings"),
        ("treatments", "0019_outdated_consents_may_be_replaced"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="plan",
            name="aftercare",
            field=models.JSONField(blank=True, default=list),
        ),
        migrations.AddField(
            model_name="plan",
            name="endpoint",
            field=models.CharField(blank=True, max_length=300),
        ),
        migrations.AddField(
            model_name="plan",
            name="least_days",
            field=models.PositiveSmallIntegerField(
                blank=True,
                null=True,
                validators=[django.core.validators.MinValueValidator(7), django.core.validators.MaxValueValidator(365)],
                verbose_name="least days between sessions",
            ),
        ),
        migrations.AddField(
            model_name="plan",
            name="passes_least",
            field=models.PositiveSmallIntegerField(
                blank=True,
                null=True,
                validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(6)],
                verbose_name="passes, at least",
            ),
        ),
        migrations.AddField(
            model_name="plan",
            name="passes_most",
            field=models.PositiveSmallIntegerField(
                blank=True,
                null=True,
                validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(6)],
                verbose_name="passes, at most",
            ),
        ),
        migrations.AddField(
            model_name="plan",
            name="price_note",
            field=models.CharField(blank=True, max_length=200, verbose_name="price"),
        ),
        migrations.CreateModel(
            name="Protocol",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "least_days",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(7),
                            django.core.validators.MaxValueValidator(365),
                        ],
                        verbose_name="least days between sessions",
                    ),
                ),
                (
                    "passes_least",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(6),
                        ],
                        verbose_name="passes, at least",
                    ),
                ),
                (
                    "passes_most",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(6),
                        ],
                        verbose_name="passes, at most",
                    ),
                ),
                ("endpoint", models.CharField(blank=True, max_length=300)),
                ("aftercare", models.JSONField(blank=True, default=list)),
                (
                    "indication",
                    models.CharField(
                        choices=[
                            ("acne_scars", "Acne scars"),
                            ("lines", "Lines, wrinkles, texture and firmness"),
                            ("pores", "Pores"),
                            ("pigment", "Uneven colour and melasma"),
                            ("stretch_marks", "Stretch marks"),
                            ("scalp", "Scalp"),
                            ("maintenance", "Maintenance"),
                        ],
                        max_length=20,
                    ),
                ),
                ("number", models.PositiveIntegerField(verbose_name="version")),
                (
                    "sessions_planned",
                    models.PositiveSmallIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(12),
                        ],
                        verbose_name="number of sessions",
                    ),
                ),
                (
                    "interval_days",
                    models.PositiveSmallIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(7),
                            django.core.validators.MaxValueValidator(365),
                        ],
                        verbose_name="recommended days between sessions",
                    ),
                ),
                ("zones", models.JSONField(default=dict)),
                ("source", models.TextField(blank=True, verbose_name="where it comes from")),
                ("shipped", models.CharField(blank=True, max_length=20)),
                ("begun_at", models.DateTimeField(verbose_name="begun")),
                ("reason", models.TextField(blank=True, verbose_name="why it changes")),
                ("published_at", models.DateTimeField(blank=True, null=True, verbose_name="in force from")),
                (
                    "begun_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "clinic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="portal.clinic"
                    ),
                ),
                (
                    "published_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["indication", "-number"],
            },
        ),
        migrations.AddField(
            model_name="plan",
            name="protocol",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="plans",
                to="treatments.protocol",
            ),
        ),
        migrations.AddConstraint(
            model_name="plan",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("least_days", None),
                    models.Q(("least_days__gte", 7), ("least_days__lte", models.F("interval_days"))),
                    _connector="OR",
                ),
                name="plan_least_interval_within_interval",
                violation_error_message="The least number of days cannot be more than what is recommended.",
            ),
        ),
        migrations.AddConstraint(
            model_name="plan",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("passes_least", None), ("passes_most", None)),
                    models.Q(
                        ("passes_least__isnull", False),
                        ("passes_most__isnull", False),
                        ("passes_least__gte", 1),
                        ("passes_least__lte", models.F("passes_most")),
                        ("passes_most__lte", 6),
                    ),
                    _connector="OR",
                ),
                name="plan_passes_are_a_range",
                violation_error_message="Write the least and the greatest number of passes, from 1 to 6, or neither.",
            ),
        ),
        migrations.AddConstraint(
            model_name="protocol",
            constraint=models.UniqueConstraint(fields=("clinic", "indication", "number"), name="protocol_number_once"),
        ),
        migrations.AddConstraint(
            model_name="protocol",
            constraint=models.UniqueConstraint(
                condition=models.Q(("published_at", None)), fields=("clinic", "indication"), name="protocol_one_draft"
            ),
        ),
        migrations.AddConstraint(
            model_name="protocol",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "indication__in",
                        ["acne_scars", "lines", "pores", "pigment", "stretch_marks", "scalp", "maintenance"],
                    )
                ),
                name="protocol_indication_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="protocol",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("sessions_planned__gte", 1),
                    ("sessions_planned__lte", 12),
                    ("interval_days__gte", 7),
                    ("interval_days__lte", 365),
                    ("least_days__isnull", False),
                    ("passes_least__isnull", False),
                ),
                name="protocol_says_how",
            ),
        ),
        migrations.AddConstraint(
            model_name="protocol",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("published_at", None),
                    models.Q(("shipped", ""), _negated=True),
                    models.Q(("published_by__isnull", False), models.Q(("reason", ""), _negated=True)),
                    _connector="OR",
                ),
                name="protocol_published_has_a_person_and_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="protocol",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("least_days", None),
                    models.Q(("least_days__gte", 7), ("least_days__lte", models.F("interval_days"))),
                    _connector="OR",
                ),
                name="protocol_least_interval_within_interval",
                violation_error_message="The least number of days cannot be more than what is recommended.",
            ),
        ),
        migrations.AddConstraint(
            model_name="protocol",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("passes_least", None), ("passes_most", None)),
                    models.Q(
                        ("passes_least__isnull", False),
                        ("passes_most__isnull", False),
                        ("passes_least__gte", 1),
                        ("passes_least__lte", models.F("passes_most")),
                        ("passes_most__lte", 6),
                    ),
                    _connector="OR",
                ),
                name="protocol_passes_are_a_range",
                violation_error_message="Write the least and the greatest number of passes, from 1 to 6, or neither.",
            ),
        ),
    ]
