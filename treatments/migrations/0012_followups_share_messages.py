"""Steps of the clinic's own; several in one message; skipped, delayed, chased."""

import django.db.models.deletion
from django.db import migrations, models
from django.conf import settings


class Migration(migrations.Migration):
    dependencies = [
        ("treatments", "0011_enrolments"),
        ("clients", "0008_office_state"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.AddField(
            model_name="followup",
            name="title",
            field=models.CharField(blank=True, max_length=60),
        ),
        migrations.RemoveConstraint(
            model_name="followup",
            name="followup_step_is_known",
        ),
        migrations.AddField(
            model_name="followup",
            name="about_results",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="followup",
            name="asks",
            field=models.CharField(
                choices=[
                    ("nothing", "Nothing"),
                    ("day_1", "The questions of day 1"),
                    ("day_3", "The questions of day 3"),
                    ("day_7", "The questions of day 7"),
                    ("day_14", "The questions of two weeks"),
                    ("results", "The questions about results"),
                ],
                default="nothing",
                max_length=12,
            ),
        ),
        migrations.AddField(
            model_name="followup",
            name="chase_from",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="followup",
            name="chased_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="followup",
            name="chased_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="followup",
            name="chased_note",
            field=models.TextField(blank=True, verbose_name="what was done"),
        ),
        migrations.AddField(
            model_name="followup",
            name="due_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="followup",
            name="moved_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="followup",
            name="reminder",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="reminds",
                to="clients.message",
            ),
        ),
        migrations.AddField(
            model_name="followup",
            name="send_by",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="followup",
            name="withdrawn_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="followup",
            name="withdrawn_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="followup",
            name="withdrawn_why",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AlterField(
            model_name="followup",
            name="message",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="followups", to="clients.message"
            ),
        ),
        migrations.AlterField(
            model_name="followup",
            name="step",
            field=models.CharField(max_length=20),
        ),
        migrations.AddField(
            model_name="followup",
            name="enrolment",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="followups",
                to="treatments.enrolment",
            ),
        ),
        migrations.AddIndex(
            model_name="followup",
            index=models.Index(fields=["clinic", "client", "due_at"], name="followup_by_client"),
        ),
        migrations.AddIndex(
            model_name="followup",
            index=models.Index(
                condition=models.Q(("chase_from__isnull", False), ("chased_at", None)),
                fields=["clinic", "chase_from"],
                name="followup_to_chase",
            ),
        ),
        migrations.AddConstraint(
            model_name="followup",
            constraint=models.CheckConstraint(
                condition=models.Q(("step", ""), _negated=True), name="followup_has_a_step"
            ),
        ),
        migrations.AddConstraint(
            model_name="followup",
            constraint=models.CheckConstraint(
                condition=models.Q(("asks__in", ["nothing", "day_1", "day_3", "day_7", "day_14", "results"])),
                name="followup_asks_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="followup",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("withdrawn_at", None), ("withdrawn_why", "")),
                    models.Q(("withdrawn_at__isnull", False), models.Q(("withdrawn_why", ""), _negated=True)),
                    _connector="OR",
                ),
                name="followup_withdrawn_has_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="followup",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("chased_at", None), ("chased_by", None)),
                    models.Q(
                        ("chased_at__isnull", False),
                        ("chased_by__isnull", False),
                        models.Q(("chased_note", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="followup_chased_has_time_person_and_note",
            ),
        ),
    ]
