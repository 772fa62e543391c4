"""The client's page behind a recall notice: what they are told, and one button that says it was read."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext

from clients.links.models import ClientLink
from clients.links.services import LinkNotOpen
from clients.links.terms import Purpose
from clients.links.views import behind_link
from treatments.followups.emails import emergency_of
from treatments.recalls.emails import text_for
from treatments.recalls.models import RecallNotice
from treatments.recalls.services import acknowledge


@behind_link(Purpose.RECALL)
def notice_page(request: HttpRequest, link: ClientLink, at: datetime) -> HttpResponse:
    """What the email said, in the language chosen here. Nothing that the client told us is on it, so none is asked."""
    notices = RecallNotice.objects.filter(pk=link.subject_id, client=link.client_id).select_related("recall")
    notice = notices.first()
    if notice is None or notice.message_id is None:
        raise LinkNotOpen
    if request.method == "POST":
        acknowledge(notice=notice, at=at)
        return redirect(request.path)
    page = {
        "clinic": link.clinic,
        "title": gettext("An important message"),
        "words": text_for(notice.recall, translation.get_language()),
        "read_at": notice.acknowledged_at,
        "emergency": emergency_of(link.clinic),
    }
    return render(request, "recalls/notice.html", page)
