"""The page that says what came of calling a client who did not answer: beside the answers, where it would be."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from portal.adminsite.options import ClinicModelAdmin
from portal.practice.middleware import acting
from treatments.followups.forms import CalledForm
from treatments.followups.models import Followup
from treatments.followups.services import AlreadyCalled, note_called


class SilencePages(ClinicModelAdmin):
    """One page, from Today."""

    def get_queryset(self, request: HttpRequest) -> Any:
        """The open clinic's, with whom to call."""
        return super().get_queryset(request).select_related("client")

    def called_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """I have called."""
        return self.action_page(
            request,
            object_id,
            title="I have called",
            button="I have called",
            permission="treatments.chase_followup",
            form_class=CalledForm,
            act=_called,
            done=reverse("admin:index"),
            template="admin/treatments/followup/called.html",
            why_not=_why_not_to_call,
            back_url=reverse("admin:index"),
            lead="The client leaves the list of those to call. Your name, the time and your note are kept.",
            sayings=CalledForm.sayings,
        )


def _why_not_to_call(followup: Followup) -> str:
    waits = followup.chase_from is not None and followup.chase_from <= timezone.now() and followup.chased_at is None
    return "" if waits else str(AlreadyCalled())


def _called(request: HttpRequest, followup: Followup, said: dict[str, Any]) -> str:
    note_called(followup=followup, note=said["note"], by=acting(request), at=timezone.now())
    return f"Thank you. It is noted that you called {followup.client}."
