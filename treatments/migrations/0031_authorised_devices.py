"""How deep a device goes, and what it is authorised for: ages, zones, depths, skin types."""

from decimal import Decimal

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('portal', '0005_screening_and_consent_settings'),
        ('treatments', '0030_recalls'),
    ]

    operations = [
        migrations.AddField(
            model_name='device',
            name='authorised_source',
            field=models.CharField(blank=True, db_default='', default='', max_length=300, verbose_name='where that is written'),
        ),
        migrations.AddField(
            model_name='device',
            name='greatest_age',
            field=models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(18), django.core.validators.MaxValueValidator(120)], verbose_name='to the age of'),
        ),
        migrations.AddField(
            model_name='device',
            name='least_age',
            field=models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(18), django.core.validators.MaxValueValidator(120)], verbose_name='from the age of'),
        ),
        migrations.AddField(
            model_name='device',
            name='max_depth_mm',
            field=models.DecimalField(blank=True, decimal_places=2, max_digits=3, null=True, validators=[django.core.validators.MinValueValidator(Decimal('0.20')), django.core.validators.MaxValueValidator(Decimal('2.50'))], verbose_name='deepest setting (mm)'),
        ),
        migrations.AddConstraint(
            model_name='device',
            constraint=models.CheckConstraint(condition=models.Q(('max_depth_mm__gte', Decimal('0.20')), ('max_depth_mm__lte', Decimal('2.50'))), name='device_depth_within_limits'),
        ),
        migrations.AddConstraint(
            model_name='device',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('greatest_age', None), ('least_age', None)), models.Q(('authorised_source', ''), _negated=True), _connector='OR'), name='device_ages_say_where_from'),
        ),
        migrations.AddConstraint(
            model_name='device',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('least_age', None), models.Q(('least_age__gte', 18), ('least_age__lte', 120)), _connector='OR'), models.Q(('greatest_age', None), models.Q(('greatest_age__gte', 18), ('greatest_age__lte', 120)), _connector='OR'), models.Q(('least_age', None), ('greatest_age', None), ('least_age__lte', models.F('greatest_age')), _connector='OR')), name='device_ages_are_a_range'),
        ),
        migrations.CreateModel(
            name='AuthorisedZone',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('zone', models.CharField(choices=[('full_face', 'Full face'), ('forehead', 'Forehead'), ('periorbital', 'Around the eyes (outside the orbital rim)'), ('nose', 'Nose'), ('cheeks', 'Cheeks'), ('upper_lip', 'Upper lip and around the mouth'), ('chin', 'Chin and jaw'), ('neck', 'Neck'), ('decollete', 'Décolleté'), ('hands', 'Hands'), ('abdomen', 'Abdomen'), ('thighs', 'Thighs'), ('body', 'Body, elsewhere'), ('scalp', 'Scalp')], max_length=20)),
                ('deepest_mm', models.DecimalField(blank=True, decimal_places=2, max_digits=3, null=True, validators=[django.core.validators.MinValueValidator(Decimal('0.20')), django.core.validators.MaxValueValidator(Decimal('2.50'))], verbose_name='deepest (mm)')),
                ('skin_from', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='skin types, from')),
                ('skin_to', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='skin types, to')),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='portal.clinic')),
                ('device', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='zones', to='treatments.device')),
            ],
            options={
                'verbose_name': 'authorised zone',
                'constraints': [
                    models.UniqueConstraint(fields=('device', 'zone'), name='authorised_zone_once_per_device'),
                    models.CheckConstraint(condition=models.Q(('zone__in', ['full_face', 'forehead', 'periorbital', 'nose', 'cheeks', 'upper_lip', 'chin', 'neck', 'decollete', 'hands', 'abdomen', 'thighs', 'body', 'scalp'])), name='authorised_zone_is_known'),
                    models.CheckConstraint(condition=models.Q(('deepest_mm__gte', Decimal('0.20')), ('deepest_mm__lte', Decimal('2.50'))), name='authorised_depth_within_limits'),
                    models.CheckConstraint(condition=models.Q(models.Q(('skin_from', None), ('skin_to', None)), models.Q(('skin_from__isnull', False), ('skin_to__isnull', False), ('skin_from__gte', 1), ('skin_from__lte', models.F('skin_to')), ('skin_to__lte', 6)), _connector='OR'), name='authorised_skin_types_are_a_range'),
                ],
            },
        ),
    ]
