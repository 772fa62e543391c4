"""What was done in a session, and what asked, stand beside what was said: outcomes are counted without looking up."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('treatments', '0038_ratings_never_change'),
    ]

    operations = [
        migrations.AddField(
            model_name='change',
            name='step',
            field=models.CharField(db_default='', default='', max_length=20),
        ),
        migrations.AddField(
            model_name='change',
            name='asked_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='change',
            name='deepest_mm',
            field=models.DecimalField(blank=True, decimal_places=2, max_digits=3, null=True),
        ),
        migrations.AddField(
            model_name='change',
            name='device',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='treatments.device'),
        ),
        migrations.AddField(
            model_name='change',
            name='session_number',
            field=models.PositiveSmallIntegerField(db_default=1, default=1),
        ),
        migrations.AddField(
            model_name='change',
            name='zones',
            field=models.CharField(blank=True, db_default='', default='', max_length=250),
        ),
    ]
