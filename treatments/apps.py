"""Wiring of the treatments app."""

from django.apps import AppConfig


class TreatmentsConfig(AppConfig):
    """The treatments app."""

    name = "treatments"

    def ready(self) -> None:
        """Tell the post office which messages there are."""
        from clients.messages.kinds import register
        from treatments.care import emails as care
        from treatments.cases import emails as cases
        from treatments.confirmations import emails as confirmations
        from treatments.consents import emails as consents
        from treatments.followups import emails as followups
        from treatments.followups.emails.redflag import create_escalated_kind
        from treatments.followups.emails.reminder import create_reminder_kind
        from treatments.recalls import emails as recalls
        from treatments.screening import emails as screening

        register(screening.create_kind())
        register(screening.create_question_kind())
        register(followups.create_followup_kind())
        register(followups.create_red_flag_kind())
        register(create_escalated_kind())
        register(create_reminder_kind())
        register(consents.create_request_kind())
        register(consents.create_copy_kind())
        register(consents.create_withdrawn_kind())
        register(care.create_trial_kind())
        register(cases.create_overdue_kind())
        register(confirmations.create_request_kind())
        register(recalls.create_notice_kind())
