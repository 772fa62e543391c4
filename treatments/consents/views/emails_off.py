"""The client's page that turns the emails of one purpose off, and on again."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.csrf import csrf_exempt

from clients.links.models import ClientLink
from clients.links.services import LinkNotOpen
from clients.links.terms import Purpose
from clients.links.views import behind_link
from portal.practice.guidance import emergency_words
from treatments.consents.services import how_emails_stand, turn_emails_off, turn_emails_on
from treatments.consents.terms import ConsentPurpose

CARE = ConsentPurpose.FOLLOW_UP_EMAILS
OFFERED = (CARE, ConsentPurpose.MARKETING_EMAILS)
FIELD, ON = "emails", "on"


# Mail programs post here by themselves (RFC 8058), without a cookie and without our form: the secret in the address is
# all the authority there is. For the same reason the answer is the page and no redirect.
@csrf_exempt
@behind_link(Purpose.EMAILS_OFF)
def emails_off(request: HttpRequest, link: ClientLink, at: datetime, emails: str) -> HttpResponse:
    """GET says how it stands, and changes nothing: scanners open every link. POST turns them off, or on again."""
    if emails not in OFFERED:
        raise LinkNotOpen
    purpose, client = ConsentPurpose(emails), link.client
    if request.method == "POST":
        turn = turn_emails_on if request.POST.get(FIELD) == ON else turn_emails_off
        turn(client=client, purpose=purpose, at=at)
        client.refresh_from_db()
    stands = how_emails_stand(client=client, purpose=purpose)
    context = {
        "clinic": link.clinic,
        "emergency": link.clinic.emergency_words or emergency_words(link.clinic.country),
        "title": _title(care=purpose == CARE, on=stands.on, acted=request.method == "POST"),
        "care": purpose == CARE,
        "stands": stands,
    }
    return render(request, "consents/emails_off.html", context)


def _title(*, care: bool, on: bool, acted: bool) -> str:
    if not on:
        return gettext("Follow-up emails are off") if care else gettext("You are unsubscribed")
    if acted:
        return gettext("Follow-up emails are on again")
    return gettext("Turn follow-up emails off") if care else gettext("Unsubscribe")
