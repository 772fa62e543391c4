"""Cartridges of sessions that are completed already: so far each was supposed to have taken all that it used."""

from django.db import migrations


def note(apps, _schema_editor):
    done = apps.get_model("treatments", "Session")._base_manager.filter(state="completed").exclude(lot=None)
    used = done.values_list("clinic_id", "pk", "lot_id", "cartridges_used")
    taken = apps.get_model("treatments", "LotTaken")
    taken._base_manager.bulk_create(
        (
            taken(clinic_id=clinic, session_id=session, lot_id=lot, used=count, taken=count)
            for clinic, session, lot, count in used.iterator()
        ),
        batch_size=1000,
        ignore_conflicts=True,  # after a step back some are there already
    )


class Migration(migrations.Migration):
    dependencies = [("treatments", "0049_earlier_last_words_of_a_step")]
    operations = [migrations.RunPython(note, migrations.RunPython.noop)]
