"""A recall as a case, with a notice for each client that the lot touched."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0012_links_to_recall_notices"),
        ("portal", "0005_screening_and_consent_settings"),
        ("treatments", "0029_signed_sessions_are_locked"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name='Recall',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='portal.clinic')),
                ('lot', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='recalls', to='treatments.lot')),
                ('number', models.CharField(max_length=60, verbose_name='lot number')),
                ('gtin', models.CharField(blank=True, max_length=14, verbose_name='GTIN')),
                ('reference', models.CharField(blank=True, max_length=120, verbose_name='the maker’s notice')),
                ('reason', models.CharField(max_length=300)),
                ('texts', models.JSONField(default=dict)),
                ('opened_at', models.DateTimeField(verbose_name='opened')),
                ('opened_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='closed')),
                ('closed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('sessions_touched', models.PositiveIntegerField(blank=True, null=True)),
                ('clients_touched', models.PositiveIntegerField(blank=True, null=True)),
                ('told', models.PositiveIntegerField(blank=True, null=True, verbose_name='emailed')),
                ('acknowledged', models.PositiveIntegerField(blank=True, null=True, verbose_name='acknowledged by link')),
                ('reached', models.PositiveIntegerField(blank=True, null=True, verbose_name='reached otherwise')),
                ('not_reached', models.PositiveIntegerField(blank=True, null=True)),
                ('closing_note', models.TextField(blank=True, verbose_name='why it was closed all the same')),
            ],
            options={
                'ordering': ['-opened_at', '-id'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('closed_at', None)), fields=('lot',), name='recall_open_once_per_lot'), models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='recall_has_a_reason'), models.CheckConstraint(condition=models.Q(models.Q(('acknowledged', None), ('clients_touched', None), ('closed_at', None), ('closed_by', None), ('closing_note', ''), ('not_reached', None), ('reached', None), ('sessions_touched', None), ('told', None)), models.Q(('acknowledged__isnull', False), ('clients_touched', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('acknowledged'), '+', models.F('reached')), '+', models.F('not_reached'))), ('clients_touched__isnull', False), ('closed_at__gte', models.F('opened_at')), ('closed_by__isnull', False), ('not_reached__isnull', False), ('reached__isnull', False), ('sessions_touched__isnull', False), ('told__isnull', False), ('told__lte', models.F('clients_touched'))), _connector='OR'), name='recall_closed_says_whom_it_reached'), models.CheckConstraint(condition=models.Q(('not_reached', None), ('not_reached', 0), models.Q(('closing_note', ''), _negated=True), _connector='OR'), name='recall_closed_early_says_why')],
            },
        ),
        migrations.CreateModel(
            name='RecallNotice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('clinic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='portal.clinic')),
                ('recall', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notices', to='treatments.recall')),
                ('client', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clients.client')),
                ('drafted_at', models.DateTimeField(verbose_name='drafted')),
                ('message', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='recall_notice', to='clients.message')),
                ('acknowledged_at', models.DateTimeField(blank=True, null=True, verbose_name='acknowledged')),
                ('reached_at', models.DateTimeField(blank=True, null=True, verbose_name='reached')),
                ('reached_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('reached_how', models.CharField(blank=True, choices=[('phone', 'By telephone'), ('letter', 'By letter'), ('in_person', 'In person'), ('other', 'Otherwise')], max_length=10, verbose_name='how')),
                ('reached_note', models.TextField(blank=True, verbose_name='note')),
            ],
            options={
                'verbose_name': 'notice',
                'constraints': [models.UniqueConstraint(fields=('recall', 'client'), name='recall_notice_once_per_client'), models.CheckConstraint(condition=models.Q(('reached_how__in', ['', 'phone', 'letter', 'in_person', 'other'])), name='recall_notice_how_is_known'), models.CheckConstraint(condition=models.Q(('acknowledged_at', None), ('message__isnull', False), _connector='OR'), name='recall_notice_acknowledged_was_sent'), models.CheckConstraint(condition=models.Q(models.Q(('reached_at', None), ('reached_by', None), ('reached_how', ''), ('reached_note', '')), models.Q(('reached_at__isnull', False), ('reached_by__isnull', False), models.Q(('reached_how', ''), _negated=True)), _connector='OR'), name='recall_notice_reached_says_when_who_and_how')],
            },
        ),
    ]
