"""How each goal is, by each reply that counts: in numbers, so that many can be counted at once."""

import django.db.models.deletion
from django.db import migrations, models

GOALS = [
    ('acne_scars', 'Acne scars'),
    ('fine_lines', 'Fine lines'),
    ('wrinkles', 'Wrinkles'),
    ('elasticity', 'Elasticity'),
    ('firmness', 'Firmness'),
    ('texture', 'Texture'),
    ('pores', 'Pores'),
    ('pigmentation', 'Uneven colour'),
    ('stretch_marks', 'Stretch marks'),
]


class Migration(migrations.Migration):

    dependencies = [
        ('clients', '0011_drains_note_what_left'),
        ('portal', '0005_screening_and_consent_settings'),
        ('treatments', '0025_lots_in_sessions_may_be_used'),
    ]

    operations = [
        migrations.CreateModel(
            name='Change',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('goal', models.CharField(blank=True, choices=GOALS, max_length=20)),
                ('hundredths', models.SmallIntegerField()),
                ('satisfaction', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('would_repeat', models.BooleanField(blank=True, null=True)),
                ('submitted_at', models.DateTimeField()),
                ('superseded_at', models.DateTimeField(blank=True, null=True)),
                ('client', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clients.client')),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='portal.clinic')),
                ('reply', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='changes', to='treatments.reply')),
                ('session', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='treatments.session')),
            ],
            options={
                'indexes': [
                    models.Index(fields=['clinic', 'goal', 'submitted_at'], name='change_by_time'),
                    models.Index(fields=['clinic', 'goal', 'submitted_at'], condition=models.Q(('superseded_at', None)), name='change_last_words_by_time'),
                ],
                'constraints': [
                    models.UniqueConstraint(fields=('reply', 'goal'), name='change_once_per_goal'),
                    models.UniqueConstraint(condition=models.Q(('superseded_at', None)), fields=('client', 'goal'), name='change_one_last_word'),
                    models.CheckConstraint(condition=models.Q(('goal__in', [*(goal for goal, _words in GOALS), ''])), name='change_goal_is_known'),
                    models.CheckConstraint(condition=models.Q(('hundredths__gte', -200), ('hundredths__lte', 200)), name='change_is_on_the_scale'),
                    models.CheckConstraint(condition=models.Q(('satisfaction', None), ('satisfaction__lte', 10), _connector='OR'), name='change_satisfaction_is_0_to_10'),
                    models.CheckConstraint(condition=models.Q(('superseded_at', None), ('superseded_at__gte', models.F('submitted_at')), _connector='OR'), name='change_superseded_later'),
                ],
            },
        ),
    ]
