"""What became of a message, a personal line in it, and messages to one of the team."""

import django.db.models.deletion
from django.db import migrations, models


NEW_KINDS = ["followup_reminder", "red_flag_escalated", "care_test"]


def to_the_clinic(apps, schema_editor):
    """Backwards: the earlier release knows no messages to one of the team, nor the kinds that came with this one."""
    messages = apps.get_model("clients", "Message")._base_manager
    messages.filter(kind__in=NEW_KINDS, state__in=["scheduled", "claimed", "sending"]).update(
        state="cancelled", why="The portal went back to an earlier release.", claimed_by="", claimed_until=None
    )
    messages.filter(recipient="member").update(recipient="clinic", member=None)


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0004_client_time_zone_and_why_archived"),
        ("portal", "0005_screening_and_consent_settings"),
    ]
    operations = [
        migrations.AddField(
            model_name="message",
            name="telling",
            field=models.BooleanField(default=False),
        ),
        migrations.RemoveConstraint(
            model_name="message",
            name="message_goes_to_the_client_or_the_clinic",
        ),
        migrations.AddField(
            model_name="message",
            name="member",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="portal.membership",
            ),
        ),
        migrations.AddField(
            model_name="message",
            name="outcome",
            field=models.CharField(
                blank=True,
                choices=[("delivered", "Delivered"), ("bounced", "Bounced"), ("complained", "Reported as spam")],
                max_length=12,
            ),
        ),
        migrations.AddField(
            model_name="message",
            name="outcome_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="message",
            name="personal_line",
            field=models.CharField(blank=True, max_length=500),
        ),
        migrations.AddField(
            model_name="message",
            name="provider_id",
            field=models.CharField(blank=True, max_length=120),
        ),
        migrations.AlterField(
            model_name="message",
            name="recipient",
            field=models.CharField(
                choices=[("client", "Client"), ("clinic", "Clinic"), ("member", "One of the team")],
                default="client",
                max_length=10,
                verbose_name="to",
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("provider_id", ""), _negated=True),
                fields=["provider_id"],
                name="message_by_provider_id",
            ),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("member", None), ("recipient__in", ["client", "clinic"])),
                    models.Q(("member__isnull", False), ("recipient", "member")),
                    _connector="OR",
                ),
                name="message_goes_to_the_client_the_clinic_or_a_member",
            ),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.CheckConstraint(
                condition=models.Q(("outcome__in", ["", "delivered", "bounced", "complained"])),
                name="message_outcome_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("outcome", ""),
                    models.Q(("outcome_at__isnull", False), ("sent_at__isnull", False)),
                    _connector="OR",
                ),
                name="message_outcome_only_of_what_was_sent",
            ),
        ),
        migrations.RunPython(migrations.RunPython.noop, to_the_clinic),
    ]
