"""What was done in a session whose record was amended: so that amendments are counted without reading them."""

from decimal import Decimal

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('portal', '0005_screening_and_consent_settings'),
        ('treatments', '0042_answers_are_counted'),
    ]

    operations = [
        migrations.CreateModel(
            name='AsAmended',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ended_at', models.DateTimeField()),
                ('cartridge_lot', models.CharField(max_length=60)),
                ('deepest_mm', models.DecimalField(blank=True, decimal_places=2, max_digits=3, null=True)),
                ('zones', models.CharField(blank=True, max_length=250)),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='portal.clinic')),
                ('device', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='treatments.device')),
                ('session', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='as_amended', to='treatments.session')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('cartridge_lot', ''), _negated=True), name='as_amended_has_a_lot'), models.CheckConstraint(condition=models.Q(('deepest_mm__gte', Decimal('0.20')), ('deepest_mm__lte', Decimal('2.50'))), name='as_amended_depth_within_limits')],
            },
        ),
    ]
