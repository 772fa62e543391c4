"""The changes there are take over what their session's record says, and which email asked."""

from django.db import migrations


def fill(apps, schema_editor):
    changes = apps.get_model("treatments", "Change")._base_manager
    sessions = apps.get_model("treatments", "Session")._base_manager.filter(pk__in=changes.values("session"))
    for session in sessions.prefetch_related("zones").iterator(chunk_size=500):
        depths = {zone.zone: zone.depth_mm for zone in session.zones.all()}
        changes.filter(session=session).update(
            session_number=session.number,
            device=session.device_id,
            deepest_mm=max(depths.values(), default=None),
            zones=",".join(sorted(depths)),
        )
    for change in changes.select_related("reply__followup__message").iterator():
        followup = change.reply.followup
        changes.filter(pk=change.pk).update(step=followup.step, asked_at=followup.message.sent_at)


class Migration(migrations.Migration):
    dependencies = [("treatments", "0039_changes_know_the_session")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
