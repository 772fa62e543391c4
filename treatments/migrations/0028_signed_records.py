"""What goes on the skin, how it ended, drafts of it, the signed record, and its amendments: tables of their own."""

import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('clients', '0011_drains_note_what_left'),
        ('portal', '0005_screening_and_consent_settings'),
        ('treatments', '0027_changes_of_earlier_replies'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Amendment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject', models.CharField(choices=[('device', 'Device'), ('lot', 'Cartridge lot'), ('ended', 'End'), ('depth', 'Needle depth'), ('chart', 'Chart: passes, endpoint or points'), ('notes', 'Notes'), ('cream', 'Numbing cream'), ('cream_lot', 'Lot of the numbing cream'), ('serum', 'Serum'), ('serum_lot', 'Lot of the serum'), ('skin', 'Skin at the end'), ('aftercare', 'Aftercare given')], max_length=12, verbose_name='what')),
                ('part', models.CharField(blank=True, max_length=20)),
                ('before', models.TextField(blank=True, verbose_name='it said')),
                ('after', models.TextField(verbose_name='it should say')),
                ('lot_number', models.CharField(blank=True, max_length=60)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('reason', models.TextField()),
                ('amended_at', models.DateTimeField(verbose_name='amended')),
                ('amended_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='portal.clinic')),
                ('session', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='amendments', to='treatments.session')),
            ],
            options={
                'ordering': ['amended_at', 'id'],
                'indexes': [models.Index(models.F('clinic'), django.db.models.functions.text.Upper('lot_number'), name='amendment_by_lot_number')],
                'constraints': [models.CheckConstraint(condition=models.Q(('subject__in', ['device', 'lot', 'ended', 'depth', 'chart', 'notes', 'cream', 'cream_lot', 'serum', 'serum_lot', 'skin', 'aftercare'])), name='amendment_subject_is_known'), models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='amendment_has_a_reason'), models.CheckConstraint(condition=models.Q(models.Q(('after', ''), _negated=True), models.Q(('after', models.F('before')), _negated=True)), name='amendment_changes_something'), models.CheckConstraint(condition=models.Q(models.Q(('subject__in', ('lot', 'cream_lot', 'serum_lot')), models.Q(('lot_number', ''), _negated=True)), models.Q(models.Q(('subject__in', ('lot', 'cream_lot', 'serum_lot')), _negated=True), ('lot_number', '')), _connector='OR'), name='amendment_of_a_lot_has_its_number'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', False), ('subject', 'ended')), models.Q(models.Q(('subject', 'ended'), _negated=True), ('ended_at', None)), _connector='OR'), name='amendment_of_the_end_has_its_time')],
            },
        ),
        migrations.CreateModel(
            name='Closing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('skin_words', models.TextField(blank=True, verbose_name='the skin in own words')),
                ('told', models.JSONField(blank=True, default=list, verbose_name='what the client was told')),
                ('spoken', models.BooleanField(default=False, verbose_name='told in person')),
                ('leaflet', models.BooleanField(default=False, verbose_name='by leaflet')),
                ('email', models.BooleanField(default=False, verbose_name='by email')),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='portal.clinic')),
                ('session', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='closing', to='treatments.session')),
                ('told_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'end of a session',
                'verbose_name_plural': 'ends of sessions',
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('email', False), ('leaflet', False), ('spoken', False), ('told_by', None)), models.Q(models.Q(('spoken', True), ('leaflet', True), ('email', True), _connector='OR'), ('told_by__isnull', False)), _connector='OR'), name='closing_aftercare_was_given_by_somebody_somehow')],
            },
        ),
        migrations.CreateModel(
            name='NumbingCream',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('strength', models.CharField(blank=True, max_length=60)),
                ('grams', models.DecimalField(decimal_places=1, max_digits=5, validators=[django.core.validators.MinValueValidator(Decimal('0.1'))])),
                ('most_grams', models.DecimalField(blank=True, decimal_places=1, max_digits=5, null=True)),
                ('area', models.CharField(max_length=120, verbose_name='where it was put')),
                ('on_at', models.DateTimeField(verbose_name='on')),
                ('off_at', models.DateTimeField(blank=True, null=True, verbose_name='off')),
                ('removed', models.BooleanField(default=False, verbose_name='removed completely')),
                ('lot_number', models.CharField(blank=True, max_length=60, verbose_name='lot number')),
                ('expires_on', models.DateField(blank=True, null=True, verbose_name='expires')),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='portal.clinic')),
                ('lot', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='treatments.lot')),
                ('product', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='treatments.product')),
                ('session', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='creams', to='treatments.session')),
            ],
            options={
                'verbose_name': 'numbing cream',
                'indexes': [models.Index(models.F('clinic'), django.db.models.functions.text.Upper('lot_number'), name='cream_by_lot_number')],
                'constraints': [models.CheckConstraint(condition=models.Q(('grams__gte', Decimal('0.1'))), name='cream_has_grams'), models.CheckConstraint(condition=models.Q(('area', ''), _negated=True), name='cream_says_where'), models.CheckConstraint(condition=models.Q(('off_at', None), ('off_at__gt', models.F('on_at')), _connector='OR'), name='cream_off_after_on'), models.CheckConstraint(condition=models.Q(('removed', False), ('off_at__isnull', False), _connector='OR'), name='cream_removed_has_a_time'), models.CheckConstraint(condition=models.Q(('lot', None), models.Q(('lot_number', ''), _negated=True), _connector='OR'), name='cream_lot_has_a_number')],
            },
        ),
        migrations.CreateModel(
            name='Serum',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('open_channels', models.BooleanField(verbose_name='for use on open channels')),
                ('reason', models.CharField(blank=True, max_length=300, verbose_name='why this one')),
                ('lot_number', models.CharField(blank=True, max_length=60, verbose_name='lot number')),
                ('expires_on', models.DateField(blank=True, null=True, verbose_name='expires')),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='portal.clinic')),
                ('lot', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='treatments.lot')),
                ('product', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='treatments.product')),
                ('session', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='serums', to='treatments.session')),
            ],
            options={
                'indexes': [models.Index(models.F('clinic'), django.db.models.functions.text.Upper('lot_number'), name='serum_by_lot_number')],
                'constraints': [models.CheckConstraint(condition=models.Q(('open_channels', True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='serum_not_for_open_channels_has_a_reason'), models.CheckConstraint(condition=models.Q(('lot', None), models.Q(('lot_number', ''), _negated=True), _connector='OR'), name='serum_lot_has_a_number')],
            },
        ),
        migrations.CreateModel(
            name='SessionDraft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('copy', models.CharField(max_length=32)),
                ('fields', models.JSONField(default=dict)),
                ('saved_at', models.DateTimeField()),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='portal.clinic')),
                ('saved_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('session', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='drafts', to='treatments.session')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('session', 'copy'), name='session_draft_once_per_copy'), models.CheckConstraint(condition=models.Q(('copy', ''), _negated=True), name='session_draft_has_a_copy')],
            },
        ),
        migrations.CreateModel(
            name='SignedRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('signed_at', models.DateTimeField(verbose_name='signed')),
                ('text', models.TextField()),
                ('sha256', models.CharField(max_length=64)),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='portal.clinic')),
                ('session', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='signed', to='treatments.session')),
                ('signed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('text', ''), _negated=True), models.Q(('sha256', ''), _negated=True)), name='signed_record_has_its_text_and_hash')],
            },
        ),
        migrations.CreateModel(
            name='SkinSign',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sign', models.CharField(choices=[('erythema', 'Redness'), ('oedema', 'Swelling'), ('pinpoint_bleeding', 'Pinpoint bleeding'), ('bruising', 'Bruising'), ('pain', 'Pain'), ('itch', 'Itch'), ('tightness', 'Tightness')], max_length=20)),
                ('degree', models.CharField(choices=[('none', 'None'), ('mild', 'Mild'), ('moderate', 'Moderate'), ('marked', 'Marked')], max_length=10)),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='portal.clinic')),
                ('session', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='skin_signs', to='treatments.session')),
            ],
            options={
                'verbose_name': 'sign on the skin',
                'verbose_name_plural': 'signs on the skin',
                'constraints': [models.UniqueConstraint(fields=('session', 'sign'), name='skin_sign_once'), models.CheckConstraint(condition=models.Q(('sign__in', ['erythema', 'oedema', 'pinpoint_bleeding', 'bruising', 'pain', 'itch', 'tightness'])), name='skin_sign_is_known'), models.CheckConstraint(condition=models.Q(('degree__in', ['none', 'mild', 'moderate', 'marked'])), name='skin_sign_degree_is_known')],
            },
        ),
    ]
