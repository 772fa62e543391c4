"""Materials and aftercare are kept as a draft too: each draft says of which page it is."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('portal', '0005_screening_and_consent_settings'),
        ('treatments', '0044_earlier_amendments_count'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='sessiondraft',
            name='page',
            field=models.CharField(choices=[('complete', 'Complete'), ('materials', 'Materials and aftercare')], db_default='complete', default='complete', max_length=12),
        ),
        migrations.AddConstraint(
            model_name='sessiondraft',
            constraint=models.CheckConstraint(condition=models.Q(('page__in', ['complete', 'materials'])), name='session_draft_page_is_known'),
        ),
    ]
