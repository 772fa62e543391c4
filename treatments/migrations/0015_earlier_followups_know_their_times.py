"""Follow-ups that were scheduled before know their own time, what they ask, and whether they are about results."""

from django.db import migrations, models

ASKS = {"aftercare": "nothing", "day_1": "day_1", "day_3": "day_3", "day_7": "day_7", "day_14": "day_14"}
TITLES = {
    "aftercare": "Aftercare",
    "day_1": "Day 1",
    "day_3": "Day 3",
    "day_7": "Day 7",
    "day_14": "Two weeks",
    "week_4": "Week 4",
    "week_6": "Week 6",
    "month_3": "Three months",
    "month_6": "Six months",
}
RESULTS = ("week_4", "week_6", "month_3", "month_6")


def fill(apps, schema_editor):
    followups = apps.get_model("treatments", "Followup")._base_manager
    messages = apps.get_model("clients", "Message")._base_manager.filter(pk=models.OuterRef("message_id"))
    followups.filter(due_at=None).update(
        due_at=models.Subquery(messages.values("due_at")), send_by=models.Subquery(messages.values("send_by"))
    )
    for step, title in TITLES.items():
        followups.filter(step=step).update(title=title)
    for step, asks in ASKS.items():
        followups.filter(step=step).update(asks=asks)
    followups.filter(step__in=RESULTS).update(asks="results", about_results=True)


    # Only some clients get the two-week check, or a question about their answers: that tells of their health.
    sent = apps.get_model("clients", "Message")._base_manager
    sent.filter(models.Q(followups__step="day_14") | models.Q(kind="screening_question")).update(telling=True)


class Migration(migrations.Migration):
    dependencies = [("treatments", "0014_red_flags_are_passed_on")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
