"""The chart of a session: passes, endpoint and limit of each zone, notes at a point, and what was off label.

They are part of the record: once it is signed, nothing of them is changed.
"""

from importlib import import_module

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

locks = import_module("treatments.migrations.0029_signed_sessions_are_locked")
TABLES = ("treatments_chartpoint", "treatments_offlabeluse")
SQLITE = {name: sql for table in TABLES for name, sql in locks.sqlite_lock(table).items()}
POSTGRESQL = tuple(row for table in TABLES for row in locks.lock(table))


def install(_apps, schema_editor):
    locks.put(schema_editor, SQLITE, POSTGRESQL)


def remove(_apps, schema_editor):
    locks.lift(schema_editor, SQLITE, POSTGRESQL)


class Migration(migrations.Migration):

    dependencies = [
        ('portal', '0005_screening_and_consent_settings'),
        ('treatments', '0031_authorised_devices'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        # SQLite makes the table of zones anew, in both directions: the lock is put back after each.
        migrations.RunPython(migrations.RunPython.noop, locks.put_back),
        migrations.AddField(
            model_name='sessionzone',
            name='deepest_allowed_mm',
            field=models.DecimalField(blank=True, decimal_places=2, max_digits=3, null=True),
        ),
        migrations.AddField(
            model_name='sessionzone',
            name='endpoint',
            field=models.CharField(blank=True, db_default='', default='', max_length=300, verbose_name='endpoint reached'),
        ),
        migrations.AddField(
            model_name='sessionzone',
            name='passes',
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.AddConstraint(
            model_name='sessionzone',
            constraint=models.CheckConstraint(condition=models.Q(('deepest_allowed_mm', None), ('depth_mm__lte', models.F('deepest_allowed_mm')), _connector='OR'), name='session_depth_within_certificate_and_device'),
        ),
        migrations.AddConstraint(
            model_name='sessionzone',
            constraint=models.CheckConstraint(condition=models.Q(('passes', None), models.Q(('passes__gte', 1), ('passes__lte', 6)), _connector='OR'), name='session_passes_are_few'),
        ),
        migrations.RunPython(locks.put_back, migrations.RunPython.noop),
        migrations.CreateModel(
            name='ChartPoint',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('zone', models.CharField(choices=[('full_face', 'Full face'), ('forehead', 'Forehead'), ('periorbital', 'Around the eyes (outside the orbital rim)'), ('nose', 'Nose'), ('cheeks', 'Cheeks'), ('upper_lip', 'Upper lip and around the mouth'), ('chin', 'Chin and jaw'), ('neck', 'Neck'), ('decollete', 'Décolleté'), ('hands', 'Hands'), ('abdomen', 'Abdomen'), ('thighs', 'Thighs'), ('body', 'Body, elsewhere'), ('scalp', 'Scalp')], max_length=20)),
                ('x', models.PositiveSmallIntegerField()),
                ('y', models.PositiveSmallIntegerField()),
                ('note', models.CharField(max_length=300)),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='portal.clinic')),
                ('session', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='points', to='treatments.session')),
            ],
            options={
                'verbose_name': 'point of a chart',
                'verbose_name_plural': 'points of charts',
                'ordering': ['session', 'number'],
                'constraints': [
                    models.UniqueConstraint(fields=('session', 'number'), name='chart_point_number_once'),
                    models.CheckConstraint(condition=models.Q(('zone__in', ['full_face', 'forehead', 'periorbital', 'nose', 'cheeks', 'upper_lip', 'chin', 'neck', 'decollete', 'hands', 'abdomen', 'thighs', 'body', 'scalp'])), name='chart_point_zone_is_known'),
                    models.CheckConstraint(condition=models.Q(('number__gte', 1), ('number__lte', 8)), name='chart_points_are_few'),
                    models.CheckConstraint(condition=models.Q(('x__gte', 0), ('x__lte', 1000), ('y__gte', 0), ('y__lte', 1000)), name='chart_point_lies_on_the_drawing'),
                    models.CheckConstraint(condition=models.Q(('note', ''), _negated=True), name='chart_point_has_a_note'),
                ],
            },
        ),
        migrations.CreateModel(
            name='OffLabelUse',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('what', models.TextField()),
                ('told_at', models.DateTimeField(verbose_name='the client was told')),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='portal.clinic')),
                ('session', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='off_label', to='treatments.session')),
                ('told_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'off-label use',
                'constraints': [models.CheckConstraint(condition=models.Q(('what', ''), _negated=True), name='off_label_use_says_what')],
            },
        ),
        migrations.RunPython(install, remove),
    ]
