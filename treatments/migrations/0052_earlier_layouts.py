"""Clients who were laid out before it was noted for which hours: a worker does it once more, and notes it."""

from datetime import time

from django.db import migrations


def note(apps, _schema_editor):
    enrolled = apps.get_model("treatments", "Enrolment")._base_manager.order_by("client_id")
    layout = apps.get_model("treatments", "Layout")
    layout._base_manager.bulk_create(
        (
            layout(clinic_id=clinic, client_id=client, zone="", opens=time(0), closes=time(23, 59))
            for clinic, client in enrolled.values_list("clinic_id", "client_id").distinct().iterator()
        ),
        batch_size=1000,
        ignore_conflicts=True,  # after a step back some are there already
    )


class Migration(migrations.Migration):
    dependencies = [("treatments", "0051_layout")]
    operations = [migrations.RunPython(note, migrations.RunPython.noop)]
