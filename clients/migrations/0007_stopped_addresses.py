"""Addresses that get no more emails, and what providers report."""

import django.db.models.functions.text
import django.db.models.deletion
from django.db import migrations, models
from django.conf import settings


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0006_emails_off_links"),
        ("portal", "0005_screening_and_consent_settings"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name="ProviderEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("provider", models.CharField(max_length=40)),
                ("event_id", models.CharField(max_length=160)),
                (
                    "report",
                    models.CharField(
                        choices=[
                            ("delivered", "Delivered"),
                            ("deferred", "Put off"),
                            ("soft_bounce", "Bounced for now"),
                            ("hard_bounce", "Bounced for good"),
                            ("complaint", "Reported as spam"),
                            ("unsubscribed", "Asked for no more emails"),
                        ],
                        max_length=12,
                    ),
                ),
                ("happened_at", models.DateTimeField()),
                ("received_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["-happened_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="Suppression",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("address", models.EmailField(max_length=254)),
                (
                    "because",
                    models.CharField(
                        choices=[
                            ("bounced", "Emails to it bounced for good"),
                            ("complained", "Its owner reported our email as spam"),
                            ("asked", "Its owner asked for no more emails"),
                        ],
                        max_length=12,
                        verbose_name="reason",
                    ),
                ),
                ("suppressed_at", models.DateTimeField(verbose_name="since")),
                ("lifted_at", models.DateTimeField(blank=True, null=True, verbose_name="lifted")),
                ("lifted_why", models.TextField(blank=True, verbose_name="why it was lifted")),
            ],
            options={
                "verbose_name": "stopped address",
                "verbose_name_plural": "stopped addresses",
                "ordering": ["-suppressed_at", "-id"],
            },
        ),
        migrations.AddField(
            model_name="providerevent",
            name="clinic",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="portal.clinic"),
        ),
        migrations.AddField(
            model_name="providerevent",
            name="message",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="provider_events", to="clients.message"
            ),
        ),
        migrations.AddField(
            model_name="suppression",
            name="clinic",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="portal.clinic"),
        ),
        migrations.AddField(
            model_name="suppression",
            name="lifted_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="suppression",
            name="message",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="clients.message",
            ),
        ),
        migrations.AddField(
            model_name="suppression",
            name="suppressed_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="by",
            ),
        ),
        migrations.AddConstraint(
            model_name="providerevent",
            constraint=models.UniqueConstraint(fields=("provider", "event_id"), name="provider_event_once"),
        ),
        migrations.AddConstraint(
            model_name="providerevent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("report__in", ["delivered", "deferred", "soft_bounce", "hard_bounce", "complaint", "unsubscribed"])
                ),
                name="provider_event_report_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="suppression",
            constraint=models.UniqueConstraint(
                condition=models.Q(("lifted_at", None)),
                fields=("clinic", "address"),
                name="suppression_once_per_address",
            ),
        ),
        migrations.AddConstraint(
            model_name="suppression",
            constraint=models.CheckConstraint(
                condition=models.Q(("address", django.db.models.functions.text.Lower("address"))),
                name="suppression_address_in_lower_case",
            ),
        ),
        migrations.AddConstraint(
            model_name="suppression",
            constraint=models.CheckConstraint(
                condition=models.Q(("because__in", ["bounced", "complained", "asked"])),
                name="suppression_reason_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="suppression",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("lifted_at", None), ("lifted_by", None)),
                    models.Q(
                        ("lifted_at__isnull", False),
                        ("lifted_by__isnull", False),
                        models.Q(("lifted_why", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="suppression_lifted_has_time_person_and_reason",
            ),
        ),
    ]
