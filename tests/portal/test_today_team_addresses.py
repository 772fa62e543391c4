"""Today says when the emails that call the clinic or one of the team come back."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clients.messages.reports import ProviderReport, take_report
from clients.messages.terms import Report
from clients.models import Message, Suppression
from portal.practice.models import Clinic, User
from portal.today.team_addresses import team_addresses
from portal.today.views import blocks_for
from tests.factories import NOON, ClientFactory, MembershipFactory, MessageFactory

NOW = NOON.astimezone(ZoneInfo("Europe/London"))
DESK = "hello@example.org"


@pytest.fixture(autouse=True)
def reply_to(clinic):
    Clinic.objects.filter(pk=clinic.pk).update(reply_to=DESK)
    clinic.refresh_from_db()


def reported(clinic, report, *, member=None, to="", sent_at=NOON - timedelta(hours=1)):
    """An email to the clinic, or to one of the team, and what the provider then said of it."""
    message = MessageFactory(
        client=ClientFactory(clinic=clinic),
        recipient="member" if member else "clinic",
        member=member,
        state="sent",
        due_at=sent_at,
        sent_at=sent_at,
        address=to or (member.user.email if member else DESK),
    )
    Message.objects.filter(pk=message.pk).update(provider_id=message.message_id)
    take_report(ProviderReport("p", message.message_id, message.message_id, report, "", sent_at), at=sent_at)
    return message


def told(person, now: datetime = NOW):
    """The rows: whose address, what is said, and where the button leads."""
    block = team_addresses(person.user, now)
    return [(row.client, row.words, row.url) for row in block.rows] if block else []


def test_an_owner_reads_that_the_clinics_emails_come_back_and_corrects_the_address(clinic, owner, signed_in):
    reported(clinic, Report.HARD_BOUNCE)
    ((who, words, url),) = told(owner)
    assert (who, url) == (clinic.name, reverse("admin:portal_clinic_change", args=[clinic.pk]))
    assert words == (
        "Emails to hello@example.org come back: the last one bounced for good. Warning signs that the portal reports "
        "there may not be seen. Correct the clinic’s reply address."
    )
    assert Suppression.objects.count() == 0
    assert "team-addresses" in [block.key for block in blocks_for(owner.user, NOW)]
    assert signed_in(owner).get(url).status_code == 200


@pytest.mark.parametrize("role", ["practitioner", "front_desk"])
def test_others_ask_an_owner(clinic, request, role, signed_in):
    person = request.getfixturevalue(role)
    reported(clinic, Report.COMPLAINT)
    ((_who, words, url),) = told(person)
    assert words.startswith("An email to hello@example.org was reported as spam. ")
    assert words.endswith("Ask an owner to correct the clinic’s reply address.")
    assert signed_in(person).get(url).status_code == 200


def test_the_address_of_one_of_the_team_leads_to_their_page_for_those_who_may_open_it(
    clinic, owner, practitioner, front_desk, signed_in
):
    reported(clinic, Report.HARD_BOUNCE, member=practitioner)
    pages = {person: [(who, url) for who, _words, url in told(person)] for person in (owner, practitioner, front_desk)}
    page = (str(practitioner), reverse("admin:portal_membership_change", args=[practitioner.pk]))
    assert pages == {owner: [page], practitioner: [page], front_desk: []}
    assert signed_in(practitioner).get(page[1]).status_code == 200


def test_whoever_is_not_reached_is_told_to_look_here_and_others_to_call_them(clinic, owner, practitioner):
    for member in (owner, practitioner):
        reported(clinic, Report.HARD_BOUNCE, member=member)
    bounced = "Emails to {} come back: the last one bounced for good. "
    said = {(reader, who): words for reader in (owner, practitioner) for who, words, _url in told(reader)}
    own, theirs = bounced.format(owner.user.email), bounced.format(practitioner.user.email)
    mine = "You hear of no warning sign by email: look here, and "
    call = "Call them about warning signs until it works; "
    assert said == {
        (owner, str(owner)): f"{own}{mine}invite yourself under another address.",
        (practitioner, str(practitioner)): f"{theirs}{mine}ask an owner to correct your address.",
        (owner, str(practitioner)): f"{theirs}{call}to be written to elsewhere, invite them under another address.",
        (practitioner, str(owner)): (
            f"{own}{call}to be written to elsewhere, ask an owner to invite them under another address."
        ),
    }


@pytest.mark.parametrize("report", [Report.DELIVERED, Report.DEFERRED, Report.SOFT_BOUNCE])
def test_what_arrives_or_may_still_arrive_is_no_matter(clinic, owner, report):
    reported(clinic, report)
    assert told(owner) == []


def test_it_ends_when_the_address_is_another_one(clinic, owner, practitioner):
    reported(clinic, Report.HARD_BOUNCE)
    reported(clinic, Report.HARD_BOUNCE, member=practitioner)
    Clinic.objects.filter(pk=clinic.pk).update(reply_to="desk@example.org")
    User.objects.filter(pk=practitioner.user_id).update(email="new@example.org")
    assert told(owner) == []


def test_the_capitals_of_an_address_do_not_make_it_another_one(clinic, owner):
    reported(clinic, Report.HARD_BOUNCE, to="Hello@Example.org")
    assert len(told(owner)) == 1


def test_it_ends_when_a_later_email_arrives_and_not_by_an_earlier_one(clinic, owner):
    reported(clinic, Report.DELIVERED, sent_at=NOON - timedelta(hours=2))
    reported(clinic, Report.HARD_BOUNCE)
    assert len(told(owner)) == 1
    reported(clinic, Report.DELIVERED, sent_at=NOON - timedelta(minutes=5))
    assert told(owner) == []


def test_it_ends_after_two_weeks_and_when_somebody_leaves(clinic, owner):
    gone = MembershipFactory(clinic=clinic)
    reported(clinic, Report.HARD_BOUNCE, member=gone)
    assert (len(told(owner)), told(owner, NOW + timedelta(days=14))) == (1, [])
    type(gone).objects.filter(pk=gone.pk).update(ended_at=NOON)
    assert told(owner) == []


def test_clients_are_told_of_elsewhere(clinic, owner):
    message = MessageFactory(client=ClientFactory(clinic=clinic, email=DESK), state="sent", sent_at=NOON, address=DESK)
    Message.objects.filter(pk=message.pk).update(outcome="bounced", outcome_at=NOON)
    assert told(owner) == []


@pytest.mark.parametrize("many", [1, 3])
def test_it_is_one_query_along_the_clinics_messages_by_time(clinic, owner, many):
    for _each in range(many):
        reported(clinic, Report.HARD_BOUNCE, member=MembershipFactory(clinic=clinic))
    owner.user.has_perm("portal.view_membership")  # what the person may do is read once for the whole page
    with CaptureQueriesContext(connection) as asked:
        assert len(told(owner)) == many
    assert len(asked) == 1
