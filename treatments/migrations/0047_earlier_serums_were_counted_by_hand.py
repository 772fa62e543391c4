"""Serums of records that are not signed yet: they were counted by hand so far, and writing them again takes none."""

from collections import Counter

from django.db import migrations


def note(apps, _schema_editor):
    serums = apps.get_model("treatments", "Serum")._base_manager.filter(session__signed=None).exclude(lot=None)
    used = Counter(serums.values_list("clinic_id", "session_id", "lot_id").iterator())
    taken = apps.get_model("treatments", "LotTaken")
    taken._base_manager.bulk_create(
        (
            taken(clinic_id=clinic, session_id=session, lot_id=lot, used=count, taken=0)
            for (clinic, session, lot), count in used.items()
        ),
        batch_size=1000,
        ignore_conflicts=True,  # after a step back some are there already
    )


class Migration(migrations.Migration):
    dependencies = [("treatments", "0046_lots_of_materials_are_counted")]
    operations = [migrations.RunPython(note, migrations.RunPython.noop)]
