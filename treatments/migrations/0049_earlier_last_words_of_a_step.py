"""The changes there are end with the client's next word on the goal to the same step."""

from django.db import migrations
from django.db.models import Window
from django.db.models.functions import Lead

BATCH = 1000


def fill(apps, schema_editor):
    changes = apps.get_model("treatments", "Change")._base_manager
    follows = Window(Lead("submitted_at"), partition_by=["client", "goal", "step"], order_by=["submitted_at", "id"])
    batch = []
    for change in changes.annotate(follows=follows).only("pk").iterator(chunk_size=BATCH):
        if change.follows:
            change.step_superseded_at = change.follows
            batch.append(change)
        if len(batch) == BATCH:
            changes.bulk_update(batch, ["step_superseded_at"])
            batch = []
    changes.bulk_update(batch, ["step_superseded_at"])


class Migration(migrations.Migration):
    dependencies = [("treatments", "0048_last_words_of_a_step")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
