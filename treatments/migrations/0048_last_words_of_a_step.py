"""The last word to one step alone: outcomes of week 4, or of week 6, are a filter too."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("treatments", "0047_earlier_serums_were_counted_by_hand")]
    operations = [
        migrations.AddField(
            model_name="change",
            name="step_superseded_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddIndex(
            model_name="change",
            index=models.Index(
                condition=models.Q(("step_superseded_at", None)),
                fields=["clinic", "step", "goal", "submitted_at"],
                name="change_last_words_of_step",
            ),
        ),
    ]
