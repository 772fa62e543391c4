"""A page whose button would be refused says so at once, and leads on."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.factories import ClientFactory
from tests.treatments.screening.rows import accepted, sent, submitted
from treatments.models import Screening
from treatments.screening.services import ask_client, defer_screening, refuse_screening, withdraw_screening

PAGE = "/admin/treatments/screening/{}/{}/"
BUTTONS = {
    "accept": "Accept",
    "reassess": "Accept for this plan",
    "ask": "Send the question",
    "defer": "Wait until this day",
    "refuse": "Refuse",
    "resend": "Send again",
    "withdraw": "Withdraw",
    "invite": "Invite again",
    "hand-over": "Show a QR code",
}


@pytest.fixture
def row(clinic, practitioner):
    """row(state) makes a screening in that state."""
    at, who = timezone.now(), {"by": practitioner.user, "at": timezone.now()}

    def make(state):
        made = {"sent": sent, "accepted": accepted}.get(state, sent if state == "withdrawn" else submitted)
        screening = made(clinic, practitioner, at=at)
        if state == "withdrawn":
            withdraw_screening(screening=screening, **who)
        if state == "refused":
            refuse_screening(screening=screening, reason="No.", **who)
        if state == "deferred":
            until = timezone.localdate() + timedelta(days=5)
            defer_screening(screening=screening, until=until, reason="", **who)
        return screening

    return make


def offered(browser, screening):
    """The pages that show their button; each other shows a note and a way on, and no form."""
    found = set()
    for verb, button in BUTTONS.items():
        page = browser.get(PAGE.format(screening.pk, verb)).content.decode()
        has_button, has_note = f"{button}</button>" in page, "Open the " in page
        assert has_button != has_note, (verb, has_button)
        found |= {verb} if has_button else set()
    return found


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("sent", {"resend", "withdraw", "hand-over"}),
        ("submitted", {"accept", "ask", "defer", "refuse"}),
        ("deferred", {"accept", "ask", "defer", "refuse"}),
        ("accepted", {"reassess"}),
        ("refused", set()),
        ("withdrawn", set()),
    ],
)
def test_only_what_can_be_done_has_a_button(practitioner, signed_in, row, state, expected):
    assert offered(signed_in(practitioner), row(state)) == expected


def test_a_finding_that_forbids_is_said_before_anything_is_typed(clinic, practitioner, signed_in):
    screening = submitted(clinic, practitioner, at=timezone.now(), answers={"pregnant": "yes"})
    page = signed_in(practitioner).get(PAGE.format(screening.pk, "accept")).content.decode()
    assert ("This cannot be accepted: Pregnant" in page, "<textarea" in page) == (True, False)


def test_who_waits_is_invited_from_their_day_on(practitioner, signed_in, row):
    screening, browser = row("deferred"), signed_in(practitioner)
    waits = browser.get(PAGE.format(screening.pk, "invite")).content.decode()
    Screening.objects.filter(pk=screening.pk).update(defer_until=timezone.localdate())
    ready = browser.get(PAGE.format(screening.pk, "invite")).content.decode()
    assert (["waits until" in page for page in (waits, ready)], "Invite again</button>" in ready) == (
        [True, False],
        True,
    )


def test_who_is_not_decided_about_is_not_invited_again(practitioner, signed_in, row):
    page = signed_in(practitioner).get(PAGE.format(row("submitted").pk, "invite")).content.decode()
    assert "Decide about it first." in page


def test_no_question_is_asked_on_top_of_another_or_without_an_address(clinic, practitioner, signed_in, row):
    screening, browser = row("submitted"), signed_in(practitioner)
    ask_client(screening=screening, words="Which cream?", by=practitioner.user, at=timezone.now())
    nobody = submitted(clinic, practitioner, client=ClientFactory(clinic=clinic, email=""), by_email=False)
    pages = [browser.get(PAGE.format(one.pk, "ask")).content.decode() for one in (screening, nobody)]
    said = ("still with the client", "has no email address")
    assert [(words in page, "<textarea" in page) for words, page in zip(said, pages, strict=True)] == [
        (True, False)
    ] * 2


def test_what_a_practitioner_still_asks_is_not_handed_over_by_the_front_desk(practitioner, front_desk, signed_in, row):
    screening = row("submitted")
    ask_client(screening=screening, words="Which cream?", by=practitioner.user, at=timezone.now())
    address = PAGE.format(screening.pk, "hand-over")
    shown = ["Show a QR code" in signed_in(who).get(address).content.decode() for who in (practitioner, front_desk)]
    refused = signed_in(front_desk).post(address, {"how": "copied"}).content.decode()
    assert (shown, "/screening/" in refused.partition("<main")[2].replace("/treatments/screening/", "")) == (
        [True, False],
        False,
    )


def test_an_accepted_one_is_re_assessed_only_while_it_holds(clinic, practitioner, signed_in):
    screening, browser = accepted(clinic, practitioner, at=timezone.now()), signed_in(practitioner)
    link, review = f"/{screening.pk}/reassess/", PAGE.format(screening.pk, "review")
    assert link in browser.get(review).content.decode()
    Screening.objects.filter(pk=screening.pk).update(valid_until=timezone.localdate() - timedelta(days=1))
    assert link not in browser.get(review).content.decode()
