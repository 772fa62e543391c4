"""What practitioners see of a goal on two matched photographs."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('clients', '0011_drains_note_what_left'),
        ('portal', '0005_screening_and_consent_settings'),
        ('treatments', '0036_photographs_never_change'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Rating',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('goal', models.CharField(choices=[('acne_scars', 'Acne scars'), ('fine_lines', 'Fine lines'), ('wrinkles', 'Wrinkles'), ('elasticity', 'Elasticity'), ('firmness', 'Firmness'), ('texture', 'Texture'), ('pores', 'Pores'), ('pigmentation', 'Uneven colour'), ('stretch_marks', 'Stretch marks')], max_length=20)),
                ('judged', models.CharField(choices=[('much_better', 'Much better: seen at a glance'), ('better', 'Better: seen when looked for'), ('same', 'About the same'), ('worse', 'Worse: seen when looked for'), ('much_worse', 'Much worse: seen at a glance'), ('unclear', 'Cannot be judged from these')], max_length=12, verbose_name='rating')),
                ('scale', models.CharField(max_length=20, verbose_name='version of the scale')),
                ('rated_at', models.DateTimeField(verbose_name='rated')),
                ('after', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='ratings', to='treatments.photograph', verbose_name='follow-up')),
                ('before', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='treatments.photograph')),
                ('client', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='ratings', to='clients.client')),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='portal.clinic')),
                ('rated_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='rated by')),
                ('session', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='ratings', to='treatments.session')),
            ],
            options={
                'ordering': ['-rated_at', '-id'],
                'indexes': [models.Index(fields=['client', 'goal'], name='rating_by_client_and_goal')],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('goal__in', ['acne_scars', 'fine_lines', 'wrinkles', 'elasticity', 'firmness', 'texture', 'pores', 'pigmentation', 'stretch_marks'])), name='rating_goal_is_known'),
                    models.CheckConstraint(condition=models.Q(('judged__in', ['much_better', 'better', 'same', 'worse', 'much_worse', 'unclear'])), name='rating_is_on_the_scale'),
                    models.CheckConstraint(condition=models.Q(('scale', ''), _negated=True), name='rating_says_which_scale'),
                    models.CheckConstraint(condition=models.Q(('before', models.F('after')), _negated=True), name='rating_compares_two_photographs'),
                    models.UniqueConstraint(fields=('after', 'goal', 'rated_at', 'rated_by'), name='rating_goal_once_at_a_time'),
                ],
            },
        ),
    ]
