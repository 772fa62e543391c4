"""How many answered which email of the results window is counted from an index alone."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("treatments", "0041_lots_of_materials_may_be_used")]
    operations = [
        migrations.AddIndex(
            model_name="change",
            index=models.Index(
                condition=models.Q(("goal", "")), fields=["clinic", "step", "asked_at"], name="change_answered"
            ),
        ),
    ]
