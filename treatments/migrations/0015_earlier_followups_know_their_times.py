"""Follow-ups that were scheduled before know their own time, what they ask, and what was withdrawn."""

from uuid import uuid4

from django.db import migrations, models
from django.db.models.functions import Coalesce, Left

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
TOGETHER = "It leaves together with another email of the same day."
HEAVIEST = ("none", "review", "urgent", "emergency")


# ---------------------------------------------------------------- forwards


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


def tell_what_was_withdrawn(apps, schema_editor):
    """A step whose message was withdrawn is so itself, for the same reason, since the same moment."""
    events = apps.get_model("portal", "AuditEvent")._base_manager.filter(
        clinic_id=models.OuterRef("clinic_id"), subject_type="message", subject_id=models.OuterRef("message_id")
    )
    messages = apps.get_model("clients", "Message")._base_manager.filter(pk=models.OuterRef("message_id"))
    when = events.filter(action="message.cancelled").order_by("-at").values("at")[:1]
    why = messages.annotate(short=Left("why", 200)).values("short")
    apps.get_model("treatments", "Followup")._base_manager.filter(message__state="cancelled").update(
        withdrawn_at=Coalesce(models.Subquery(when), models.Subquery(messages.values("due_at"))),
        withdrawn_why=models.Subquery(why),
    )


# ---------------------------------------------------------------- backwards


def fit_the_earlier_release(apps, schema_editor):
    """One message for each follow-up, one reply to each; what that release has no place for stops the way back."""
    refuse_own_steps(apps)
    separate(apps)
    join_replies(apps)


def refuse_own_steps(apps):
    own = apps.get_model("treatments", "Followup")._base_manager.exclude(step__in=TITLES).count()
    if own:
        raise RuntimeError(f"{own} follow-ups are of steps that a clinic wrote itself: the earlier release has none.")


def separate(apps):
    """Followups that share a message: the others get one of their own, to leave by itself if it is still to leave."""
    rows = apps.get_model("treatments", "Followup")._base_manager.select_related("message").order_by("due_at", "pk")
    taken = set()
    # A message is named after the step that leads it, which keeps it.
    for row in sorted(rows, key=lambda row: row.message.key != own_key(row)):
        if row.message_id in taken:
            row.message = own_message(apps, row, taken)
            row.save(update_fields=["message"])
        taken.add(row.message_id)


def own_key(row):
    return f"session:{row.session_id}:{row.step}"


def own_message(apps, row, taken):
    """The message that carried it before it left together with others, or a new one."""
    carrier, messages = row.message, apps.get_model("clients", "Message")._base_manager
    own = messages.filter(clinic_id=row.clinic_id, key=own_key(row), sent_at=None).first()
    if own is None or own.pk in taken:
        number = own_key(row) + (f":{row.pk}" if own else "")
        name = f"<{uuid4()}@{carrier.message_id.rpartition('@')[2]}"
        own = messages.model(clinic_id=row.clinic_id, client_id=row.client_id, key=number, message_id=name)
    leaves = carrier.state in ("scheduled", "claimed") and row.withdrawn_at is None
    own.kind, own.in_hours, own.telling = carrier.kind, carrier.in_hours, carrier.telling
    own.due_at, own.send_by, own.next_try_at = row.due_at, row.send_by, row.due_at
    own.state, own.why = ("scheduled", "") if leaves else ("cancelled", row.withdrawn_why or TOGETHER)
    own.save()
    return own


def join_replies(apps):
    """What was added to the first answers stands below them; a second red flag is told in the first one's note."""
    replies = apps.get_model("treatments", "Reply")._base_manager
    for later in replies.filter(number__gt=1).order_by("number"):
        first = replies.get(followup_id=later.followup_id, number=1)
        first.transcript = [*first.transcript, *later.transcript]
        first.red_flags = list(dict.fromkeys([*first.red_flags, *later.red_flags]))
        first.urgency = max(first.urgency, later.urgency, key=HEAVIEST.index)
        first.save()
        join_alerts(apps, first, later)
        later.delete()


def join_alerts(apps, first, later):
    """What waits for somebody is the one that stays; what was done about either is told in it."""
    alerts = apps.get_model("treatments", "Alert")._base_manager
    both = sorted(alerts.filter(reply__in=[first, later]), key=lambda alert: alert.acknowledged_at is not None)
    for stays, goes in zip(both[:1], both[1:]):
        stays.note = "\n".join(note for note in (stays.note, goes.note) if note)
        goes.delete()
    for stays in both[:1]:
        stays.reply = first
        stays.save()


def forwards(apps, schema_editor):
    fill(apps, schema_editor)
    tell_what_was_withdrawn(apps, schema_editor)


class Migration(migrations.Migration):
    dependencies = [
        ("treatments", "0014_red_flags_are_passed_on"),
        ("portal", "0005_screening_and_consent_settings"),
    ]
    operations = [migrations.RunPython(forwards, fit_the_earlier_release)]
