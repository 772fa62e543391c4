"""From week 6 on another set of questions is asked: the outcome, no longer the first results alone."""

from django.db import migrations, models

KNOWN = ["nothing", "day_1", "day_3", "day_7", "day_14", "results", "outcome"]
LATER = ("week_6", "month_3", "month_6")


def fill(apps, schema_editor):
    """Those from before there were courses of follow-ups; a course goes by its own care schedule."""
    _later(apps).filter(asks="results").update(asks="outcome")


def empty(apps, schema_editor):
    apps.get_model("treatments", "Followup")._base_manager.filter(asks="outcome").update(asks="results")


def _later(apps):
    return apps.get_model("treatments", "Followup")._base_manager.filter(step__in=LATER, enrolment=None)


def known(words):
    return migrations.AddConstraint(
        model_name="followup",
        constraint=models.CheckConstraint(condition=models.Q(("asks__in", words)), name="followup_asks_is_known"),
    )


class Migration(migrations.Migration):
    dependencies = [("treatments", "0016_care_versions_never_change")]
    operations = [
        migrations.AlterField(
            model_name="followup",
            name="asks",
            field=models.CharField(
                choices=[
                    ("nothing", "Nothing"),
                    ("day_1", "The questions of day 1"),
                    ("day_3", "The questions of day 3"),
                    ("day_7", "The questions of day 7"),
                    ("day_14", "The questions of two weeks"),
                    ("results", "The questions about first results"),
                    ("outcome", "The questions about the outcome"),
                ],
                default="nothing",
                max_length=12,
            ),
        ),
        migrations.RemoveConstraint(model_name="followup", name="followup_asks_is_known"),
        known(KNOWN),
        migrations.RunPython(fill, empty),
    ]
