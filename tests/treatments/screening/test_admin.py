from datetime import timedelta

import pytest
from django.utils import timezone
from django_scopes import scope

from clients.models import Message
from tests.factories import ClientFactory, ClinicFactory, MembershipFactory
from tests.treatments.screening.rows import accepted, sent, submitted
from treatments.models import Screening

LIST = "/admin/treatments/screening/"
SEND = {
    "areas": ["cheeks", "nose"],
    "device_kind": "rf",
    "topical_anaesthetic": "on",
    "max_depth_mm": "1.00",
    "how": "email",
}
OWN = {"own_expectations": "realistic"}
VERBS = ("review", "resend", "withdraw", "accept", "defer", "refuse", "change", "history")
NASTY = '<script>alert(1)</script>"><img src=x onerror=alert(2)>'


def page_of(screening, verb):
    return f"{LIST}{screening.pk}/{verb}/"


def now(**earlier):
    return timezone.now() - timedelta(**earlier)


def test_the_practitioner_sends_a_form(clinic, practitioner, signed_in):
    client = ClientFactory(clinic=clinic)
    browser, address = signed_in(practitioner), f"{LIST}send/?client={client.pk}"
    assert browser.get(address).status_code == 200
    response = browser.post(address, SEND)
    screening = Screening.objects.get()
    assert (
        response["Location"],
        screening.client,
        screening.areas,
        screening.device_kind,
        Message.objects.count(),
    ) == (
        f"/admin/client/{client.pk}/",
        client,
        ["cheeks", "nose"],
        "rf",
        1,
    )
    assert (screening.topical_anaesthetic, screening.requested_by) == (True, practitioner.user)


def test_sending_asks_for_the_areas(clinic, practitioner, signed_in):
    client = ClientFactory(clinic=clinic)
    response = signed_in(practitioner).post(f"{LIST}send/?client={client.pk}", {"device_kind": "mechanical"})
    assert (response.status_code, "Choose at least one area" in response.content.decode()) == (200, True)
    assert Screening.objects.count() == 0


@pytest.mark.parametrize(("client", "words"), [({"archived_at": now()}, "is archived")])
def test_what_stands_in_the_way_of_sending_is_said(clinic, practitioner, signed_in, client, words):
    address = f"{LIST}send/?client={ClientFactory(clinic=clinic, **client).pk}"
    page = signed_in(practitioner).get(address).content.decode()
    assert (words in page, "Send the form</button>" in page) == (True, False)
    signed_in(practitioner).post(address, SEND)
    assert Screening.objects.count() == 0


def test_a_form_that_is_out_can_be_sent_again_or_withdrawn(clinic, practitioner, signed_in):
    screening, browser = sent(clinic, practitioner, at=now()), signed_in(practitioner)
    offer = browser.get(f"{LIST}send/?client={screening.client_id}").content.decode()
    assert [page_of(screening, verb) in offer for verb in ("resend", "withdraw")] == [True, True]
    browser.post(page_of(screening, "resend"))
    browser.post(page_of(screening, "withdraw"))
    screening.refresh_from_db()
    assert (screening.state, list(Message.objects.values_list("state", flat=True))) == ("withdrawn", ["cancelled"] * 2)


@pytest.mark.parametrize("wanted", ["999999", "x", "-1", "9" * 30, "²"])
def test_sending_to_nobody_is_not_found(clinic, practitioner, signed_in, wanted):
    assert signed_in(practitioner).get(f"{LIST}send/?client={wanted}").status_code == 404


def test_sending_starts_with_the_client(clinic, practitioner, signed_in):
    assert signed_in(practitioner).get(f"{LIST}send/")["Location"] == "/admin/clients/client/"


def test_the_review_shows_reasons_by_weight_and_every_answer(clinic, practitioner, signed_in):
    day = (now(days=10)).date()
    answers = {"diabetes": "controlled", "filler": "yes", "filler_date": day.isoformat(), "blood_thinners": "otc_only"}
    screening = submitted(clinic, practitioner, at=now(), answers=answers)
    page = signed_in(practitioner).get(page_of(screening, "review")).content.decode()
    until = day + timedelta(days=28)
    order = [page.index(words) for words in ("Filler in the area: wait 28 days", "Controlled diabetes", "expect more")]
    assert (order, f"Eligible from {until:%-d %b %Y}" in page) == (sorted(order), True)
    shown = ("Have you had filler", f"{day:%-d %b %Y}", "17 May 1985", "Ada Client", "Not signed by a clinician")
    assert [words for words in shown if words not in page] == []
    assert [words for words in ("otc_only", "{&", "filler_date") if words in page] == []
    assert (page_of(screening, "accept") in page, page_of(screening, "defer") in page) == (False, True)


def test_another_date_of_birth_is_pointed_out(clinic, practitioner, signed_in):
    screening = submitted(clinic, practitioner, at=now(), answers={"date_of_birth": "1985-05-18"})
    page = signed_in(practitioner).get(page_of(screening, "review")).content.decode()
    assert ("The client wrote 18 May 1985; the record says 17 May 1985." in page) is True


def test_what_a_client_wrote_is_only_text(clinic, practitioner, signed_in):
    screening = submitted(clinic, practitioner, at=now(), answers={"signed_name": NASTY})
    page = signed_in(practitioner).get(page_of(screening, "review")).content.decode()
    assert ("<script>alert" in page, "<img src=x" in page, "&lt;script&gt;alert(1)" in page) == (False, False, True)


@pytest.mark.parametrize(
    ("verb", "typed", "state"),
    [
        ("accept", {"reason": ""} | OWN, "accepted"),
        ("refuse", {"reason": "Not today."}, "refused"),
        ("defer", {"until": (now() + timedelta(days=90)).date().isoformat()}, "deferred"),
    ],
)
def test_each_decision_is_a_page_with_one_button(clinic, practitioner, signed_in, verb, typed, state):
    screening, browser = submitted(clinic, practitioner, at=now()), signed_in(practitioner)
    assert browser.get(page_of(screening, verb)).status_code == 200
    screening.refresh_from_db()
    assert screening.state == "submitted"
    on = f"/admin/client/{screening.client_id}/" if verb == "accept" else page_of(screening, "review")
    assert browser.post(page_of(screening, verb), typed)["Location"] == on
    screening.refresh_from_db()
    assert (screening.state, screening.decided_by) == (state, practitioner.user)
    assert browser.get(page_of(screening, "review")).status_code == 200


def test_a_refusal_of_the_rules_is_shown_with_everything_typed(clinic, practitioner, signed_in):
    screening = submitted(clinic, practitioner, at=now(), answers={"pregnant": "yes"})
    response = signed_in(practitioner).post(page_of(screening, "accept"), {"reason": "Kept words"} | OWN)
    page = response.content.decode()
    assert (response.status_code, "This cannot be accepted" in page, "Kept words" in page) == (200, True, True)


def test_waiting_is_prefilled_with_the_rules_day(clinic, practitioner, signed_in):
    answers = {"botulinum": "yes", "botulinum_date": now(days=2).date().isoformat()}
    screening = submitted(clinic, practitioner, at=now(), answers=answers)
    page = signed_in(practitioner).get(page_of(screening, "defer")).content.decode()
    assert f'value="{screening.defer_until.isoformat()}"' in page


def test_opening_a_row_opens_its_review(clinic, practitioner, signed_in):
    screening = submitted(clinic, practitioner, at=now())
    response = signed_in(practitioner).get(page_of(screening, "change"))
    assert (response.status_code, response["Location"]) == (302, page_of(screening, "review"))


def test_the_list_shows_what_is_to_review_first_and_finds_by_name(clinic, practitioner, signed_in):
    old = submitted(clinic, practitioner, at=now(days=9), client=ClientFactory(clinic=clinic, last_name="Oldest"))
    sent(clinic, practitioner, at=now(), client=ClientFactory(clinic=clinic, last_name="Newest"))
    browser = signed_in(practitioner)
    page = browser.get(LIST).content.decode()
    found = browser.get(f"{LIST}?q=newest").content.decode()
    assert (page.index("Oldest") < page.index("Newest"), "Oldest" in found, "Newest" in found) == (True, False, True)
    filtered = browser.get(f"{LIST}?state__exact=submitted").content.decode()
    assert (str(old.client) in filtered, "Newest" in filtered) == (True, False)


def test_the_list_asks_the_database_as_often_for_three_as_for_one(
    clinic, practitioner, signed_in, django_assert_max_num_queries
):
    browser = signed_in(practitioner)
    browser.get(LIST)
    submitted(clinic, practitioner, at=now())
    with django_assert_max_num_queries(100) as one:
        browser.get(LIST)
    for _ in range(2):
        accepted(clinic, practitioner, at=now())
    with django_assert_max_num_queries(100) as three:
        browser.get(LIST)
    assert len(one) == len(three)


def test_the_front_desk_sends_and_does_not_look(clinic, practitioner, front_desk, signed_in):
    browser, client = signed_in(front_desk), ClientFactory(clinic=clinic)
    sent_to = browser.post(f"{LIST}send/?client={client.pk}", SEND)
    screening = submitted(clinic, practitioner, at=now())
    looks = [browser.get(page_of(screening, verb)).status_code for verb in ("review", "accept", "defer", "refuse")]
    decides = [browser.post(page_of(screening, "accept"), {"reason": "x"}).status_code, browser.get(LIST).status_code]
    out = Screening.objects.get(client=client)
    assert (sent_to.status_code, looks, decides, browser.get(page_of(out, "resend")).status_code) == (
        302,
        [403] * 4,
        [403] * 2,
        200,
    )
    assert (
        browser.post(page_of(out, "withdraw")).status_code,
        browser.get(page_of(screening, "history")).status_code,
    ) == (
        302,
        403,
    )


def test_another_clinics_screening_is_not_found_on_any_page(clinic, practitioner, signed_in):
    foreign = ClinicFactory()
    with scope(clinic=foreign):
        theirs = submitted(foreign, MembershipFactory(clinic=foreign), at=now(), answers={"signed_name": "Canary"})
        out = sent(foreign, MembershipFactory(clinic=foreign), at=now())
        before = list(Screening.objects.order_by("pk").values())
    browser = signed_in(practitioner)
    gets = {browser.get(page_of(row, verb)).status_code for row in (theirs, out) for verb in VERBS}
    typed = {"reason": "x", "until": "2030-01-01"} | SEND
    posts = {browser.post(page_of(row, verb), typed).status_code for row in (theirs, out) for verb in VERBS[1:6]}
    sends = {browser.get(f"{LIST}send/?client={theirs.client_id}").status_code}
    sends.add(browser.post(f"{LIST}send/?client={theirs.client_id}", SEND).status_code)
    own = ClientFactory(clinic=clinic)
    browser.post(f"{LIST}send/?client={own.pk}", SEND | {"client": theirs.client_id})
    assert (gets, posts, sends, Screening.objects.get().client) == ({404}, {404}, {404}, own)
    with scope(clinic=foreign):
        assert list(Screening.objects.order_by("pk").values()) == before


def test_nobody_writes_a_screening_by_hand(clinic, owner, signed_in):
    screening = submitted(clinic, owner, at=now())
    browser = signed_in(owner)
    added, deleted = browser.get(f"{LIST}add/"), browser.post(page_of(screening, "delete"), {"post": "yes"})
    assert (added.status_code, deleted.status_code, Screening.objects.count()) == (403, 403, 1)


def test_an_odd_address_is_not_found(clinic, practitioner, signed_in):
    assert signed_in(practitioner).get(f"{LIST}x/change/").status_code == 404


def test_a_clean_form_is_suitable_so_far_until_the_practitioner_has_answered_their_own_question(clinic, practitioner):
    clean = submitted(clinic, practitioner)
    risky = submitted(clinic, practitioner, answers={"diabetes": "controlled"})
    assert [(row.outcome, row.suitable_so_far) for row in (clean, risky)] == [("review", True), ("review", False)]
