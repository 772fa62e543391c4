"""One session's course of follow-ups."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("treatments", "0010_care_versions"),
        ("clients", "0008_office_state"),
        ("portal", "0005_screening_and_consent_settings"),
    ]
    operations = [
        migrations.CreateModel(
            name="Enrolment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("anchored_at", models.DateTimeField()),
                ("enrolled_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "course of follow-ups",
                "verbose_name_plural": "courses of follow-ups",
                "ordering": ["-anchored_at", "-id"],
            },
        ),
        migrations.AddField(
            model_name="enrolment",
            name="client",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="enrolments", to="clients.client"
            ),
        ),
        migrations.AddField(
            model_name="enrolment",
            name="clinic",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="portal.clinic"),
        ),
        migrations.AddField(
            model_name="enrolment",
            name="session",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="enrolment", to="treatments.session"
            ),
        ),
        migrations.AddField(
            model_name="enrolment",
            name="version",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="treatments.careversion"
            ),
        ),
        migrations.AddIndex(
            model_name="enrolment",
            index=models.Index(fields=["clinic", "version"], name="enrolment_by_version"),
        ),
    ]
