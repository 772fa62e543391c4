"""What came of treatments by the replies there are: of the skin as a whole, for so it was asked."""

from django.db import migrations

STEPS = {"much_better": 200, "better": 100, "same": 0, "worse": -100, "much_worse": -200}


def fill(apps, schema_editor):
    """The client's last word has no successor; each one before it ends when the next came."""
    replies = apps.get_model("treatments", "Reply")._base_manager
    Change = apps.get_model("treatments", "Change")
    counted = replies.filter(number=1, followup__asks__in=["results", "outcome"]).select_related("followup")
    last, rows = {}, []
    for reply in counted.order_by("submitted_at", "pk").iterator():
        points = STEPS.get(reply.answers.get("change"))
        if points is None:
            continue
        client = reply.followup.client_id
        if client in last:
            last[client].superseded_at = reply.submitted_at
        last[client] = made(Change, reply, points)
        rows.append(last[client])
    Change._base_manager.bulk_create(rows, batch_size=500)


def made(Change, reply, points):
    satisfaction, again = reply.answers.get("satisfaction"), reply.answers.get("would_repeat")
    return Change(
        clinic_id=reply.clinic_id,
        client_id=reply.followup.client_id,
        session_id=reply.followup.session_id,
        reply=reply,
        goal="",
        hundredths=points,
        satisfaction=int(satisfaction) if satisfaction else None,
        would_repeat=again == "yes" if again else None,
        submitted_at=reply.submitted_at,
    )


def empty(apps, schema_editor):
    apps.get_model("treatments", "Change")._base_manager.all().delete()


class Migration(migrations.Migration):
    dependencies = [("treatments", "0026_changes")]
    operations = [migrations.RunPython(fill, empty)]
