from datetime import timedelta

import pytest
from django.utils import timezone
from django_scopes import scope

from clients.models import ClientLink, Message
from portal.models import AuditEvent
from tests.factories import ClientFactory, ClinicFactory, MembershipFactory, PlanFactory, PlanZoneFactory
from tests.treatments.consents.rows import asked, signed
from treatments.consents.services import withdraw_consent
from treatments.models import Consent, ConsentRequest, Plan

REQUESTS, CONSENTS = "/admin/treatments/consentrequest/", "/admin/treatments/consent/"
ASK = {"purposes": ["treatment", "marketing_emails"], "how": "email", "price": "£180 a session"}


def now(**earlier):
    return timezone.now() - timedelta(**earlier)


def planned(member, **client):
    return PlanZoneFactory(plan=PlanFactory(client=ClientFactory(clinic=member.clinic, **client))).plan


def test_the_practitioner_asks_by_email(practitioner, signed_in):
    plan, browser = planned(practitioner), signed_in(practitioner)
    where = f"{REQUESTS}add/?client={plan.client_id}"
    page = browser.get(where).content.decode()
    response = browser.post(where, ASK | {"plan": plan.pk})
    made = ConsentRequest.objects.get()
    assert ('value="treatment"' in page, response["Location"]) == (True, f"{REQUESTS}{made.pk}/change/")
    assert (made.client, made.practitioner, made.plan, made.price, made.asked_by) == (
        plan.client,
        practitioner,
        plan,
        "£180 a session",
        practitioner.user,
    )
    purposes = list(made.consents.order_by("pk").values_list("purpose", "state"))
    assert (purposes, Message.objects.count()) == ([("treatment", "asked"), ("marketing_emails", "asked")], 1)


@pytest.mark.parametrize(("note", "price"), [("180 a session", "180 a session"), ("x" * 121, "")])
def test_the_price_of_the_plan_is_filled_in_while_it_fits(practitioner, signed_in, note, price):
    plan = planned(practitioner)
    Plan.objects.update(price_note=note)
    form = signed_in(practitioner).get(f"{REQUESTS}add/?client={plan.client_id}").context["form"]
    assert form["price"].value() == price


def test_handing_over_sends_nothing_and_leads_to_the_hand_over(practitioner, signed_in):
    plan = planned(practitioner, email="")
    where, browser = f"{REQUESTS}add/?client={plan.client_id}", signed_in(practitioner)
    page = browser.get(where).content.decode()
    response = browser.post(where, ASK | {"plan": plan.pk, "how": "hand_over"})
    assert ("By email" in page, Message.objects.count()) == (False, 0)
    assert response["Location"] == f"{REQUESTS}{ConsentRequest.objects.get().pk}/hand-over/"


def test_what_is_in_force_or_asked_is_said_and_not_ticked_again(practitioner, signed_in):
    rows = signed(practitioner, "treatment", at=now())
    form = signed_in(practitioner).get(f"{REQUESTS}add/?client={rows.client.pk}").context["form"]
    labels = dict(form.fields["purposes"].choices)
    assert (form.initial["purposes"], form.initial["plan"]) == (["photo_record"], rows.plan)
    assert labels["treatment"] == f"Treatment (signed on {timezone.localdate():%-d %b %Y})"


def test_who_comes_for_a_plan_asks_about_its_treatment_again(practitioner, signed_in):
    rows = signed(practitioner, "treatment", at=now())
    meant = PlanFactory(client=rows.client, created_at=now(days=30))
    form = signed_in(practitioner).get(f"{REQUESTS}add/?client={rows.client.pk}&plan={meant.pk}").context["form"]
    assert (form.initial["purposes"], form.initial["plan"]) == (["treatment", "photo_record"], meant)


@pytest.mark.parametrize("odd", ["0", "x", "999999"])
def test_a_plan_that_is_none_of_the_clients_says_nothing(odd, practitioner, signed_in):
    rows = signed(practitioner, "treatment", at=now())
    form = signed_in(practitioner).get(f"{REQUESTS}add/?client={rows.client.pk}&plan={odd}").context["form"]
    assert form.initial["plan"] == rows.plan


@pytest.mark.parametrize(
    ("client", "typed", "words"),
    [
        ({}, {"purposes": []}, "Choose at least one"),
        ({}, {"plan": ""}, "names the zones and depths"),
        ({"archived_at": now()}, {}, "is archived"),
    ],
)
def test_what_stands_in_the_way_of_asking_is_said(practitioner, signed_in, client, typed, words):
    plan = planned(practitioner, **client)
    page = signed_in(practitioner).post(f"{REQUESTS}add/?client={plan.client_id}", ASK | {"plan": plan.pk} | typed)
    assert (words in page.content.decode(), ConsentRequest.objects.count()) == (True, 0)


@pytest.mark.parametrize("wanted", ["999999", "x", "-1", "9" * 30, "²", ""])
def test_asking_nobody_is_not_found(practitioner, signed_in, wanted):
    assert signed_in(practitioner).get(f"{REQUESTS}add/?client={wanted}").status_code == 404


def test_asking_starts_with_the_client(practitioner, signed_in):
    assert signed_in(practitioner).get(f"{REQUESTS}add/")["Location"] == "/admin/clients/client/"


def test_a_request_can_be_sent_again_and_closed(practitioner, signed_in):
    rows, browser = asked(practitioner, at=now()), signed_in(practitioner)
    page = browser.get(f"{REQUESTS}{rows.request.pk}/change/").content.decode()
    verbs = [f"{REQUESTS}{rows.request.pk}/{verb}/" for verb in ("hand-over", "resend", "close")]
    gets = [browser.get(where).status_code for where in verbs]
    browser.post(verbs[1])
    assert ([where in page for where in verbs], gets, Message.objects.count()) == ([True] * 3, [200] * 3, 2)
    browser.post(verbs[2])
    rows.consent.refresh_from_db()
    closed = browser.get(f"{REQUESTS}{rows.request.pk}/change/").content.decode()
    assert (rows.consent.state, [where in closed for where in verbs]) == ("closed", [False] * 3)


def test_one_page_proves_a_consent(practitioner, signed_in):
    consent = signed(practitioner, at=now()).consent
    page = signed_in(practitioner).get(f"{CONSENTS}{consent.pk}/change/").content.decode()
    shown = (
        "Consent to micro-needling",
        "up to 1.0 mm",
        consent.text_sha256,
        consent.pdf_sha256,
        "203.0.113.7",
        "Ada Byron",
        "Version 1",
        "Initials at point 1",
        '<polyline points="10.0,20.0 30.5,40.0"',
        f"{CONSENTS}{consent.pk}/withdraw/",
    )
    assert [words for words in shown if words not in page] == []


def test_the_copy_is_a_pdf_to_download(practitioner, signed_in):
    rows, browser = signed(practitioner, at=now()), signed_in(practitioner)
    copy = browser.get(f"{CONSENTS}{rows.consent.pk}/copy/")
    waiting = asked(practitioner, "photo_record", at=now(), plan=rows.plan).consent
    content = b"".join(copy.streaming_content)
    assert (copy["Content-Type"], copy["Content-Disposition"], content[:5]) == (
        "application/pdf",
        f'attachment; filename="consent-{rows.consent.pk}.pdf"',
        b"%PDF-",
    )
    assert browser.get(f"{CONSENTS}{waiting.pk}/copy/").status_code == 404


def test_withdrawing_for_a_client_needs_a_reason(practitioner, signed_in):
    consent, browser = signed(practitioner, at=now()).consent, signed_in(practitioner)
    where = f"{CONSENTS}{consent.pk}/withdraw/"
    assert "Write down what the client said" in browser.post(where, {"reason": " "}).content.decode()
    browser.post(where, {"reason": "Changed her mind."})
    consent.refresh_from_db()
    assert (consent.state, consent.withdrawn_by, consent.withdrawal_reason) == (
        "withdrawn",
        practitioner.user,
        "Changed her mind.",
    )


def test_a_spoken_refusal_is_recorded_as_a_refusal(practitioner, signed_in):
    consent, browser = asked(practitioner, "photo_teaching", at=now()).consent, signed_in(practitioner)
    assert "What the client is to read" in browser.get(f"{CONSENTS}{consent.pk}/change/").content.decode()
    browser.post(f"{CONSENTS}{consent.pk}/refuse/", {"reason": "Would rather not."})
    consent.refresh_from_db()
    page = browser.get(f"{CONSENTS}{consent.pk}/change/").content.decode()
    assert (consent.state, consent.refusal, "Would rather not." in page) == ("refused", "Would rather not.", True)


def test_the_lists_can_be_narrowed_and_ask_as_often_for_three_as_for_one(
    practitioner, signed_in, django_assert_max_num_queries
):
    browser = signed_in(practitioner)
    signed(practitioner, at=now(), client=ClientFactory(clinic=practitioner.clinic, last_name="Onlyone"))
    browser.get(CONSENTS)
    counts = []
    for _ in range(2):
        for where in (CONSENTS, REQUESTS):
            with django_assert_max_num_queries(100) as asks:
                browser.get(where)
            counts.append(len(asks))
        asked(practitioner, at=now())
        asked(practitioner, at=now())
    assert counts[:2] == counts[2:]
    narrowed = browser.get(f"{CONSENTS}?state__exact=signed").content.decode()
    assert ("Onlyone" in narrowed, "Byron" in narrowed) == (True, False)


def test_the_front_desk_sees_none_of_it(practitioner, front_desk, signed_in):
    rows, browser = signed(practitioner, at=now()), signed_in(front_desk)
    wanted = [
        CONSENTS,
        REQUESTS,
        f"{REQUESTS}add/?client={rows.client.pk}",
        *(f"{CONSENTS}{rows.consent.pk}/{verb}/" for verb in ("change", "copy", "withdraw", "refuse", "history")),
        *(f"{REQUESTS}{rows.request.pk}/{verb}/" for verb in ("change", "hand-over", "resend", "close", "history")),
    ]
    assert {browser.get(where).status_code for where in wanted} == {403}
    assert {browser.post(where).status_code for where in wanted} == {403}


def test_another_clinics_rows_are_not_found(practitioner, signed_in):
    foreign = ClinicFactory()
    with scope(clinic=foreign):
        theirs = signed(MembershipFactory(clinic=foreign), at=now())
    browser = signed_in(practitioner)
    consent = [f"{CONSENTS}{theirs.consent.pk}/{verb}/" for verb in ("change", "copy", "withdraw", "refuse")]
    request = [f"{REQUESTS}{theirs.request.pk}/{verb}/" for verb in ("change", "hand-over", "resend", "close")]
    wanted = [*consent, *request, f"{REQUESTS}add/?client={theirs.client.pk}"]
    assert {browser.get(where).status_code for where in wanted} == {404}
    assert {browser.post(where, {"reason": "x", "how": "copied"}).status_code for where in wanted} == {404}
    assert (ClientLink._base_manager.count(), Consent.objects.count()) == (0, 0)


def test_getting_any_page_writes_nothing(practitioner, signed_in):
    rows, browser = signed(practitioner, at=now()), signed_in(practitioner)
    before = [AuditEvent.objects.count(), ClientLink.objects.count(), list(Consent.objects.values())]
    for verb in ("change", "hand-over", "resend", "close"):
        browser.get(f"{REQUESTS}{rows.request.pk}/{verb}/")
    for verb in ("change", "copy", "withdraw", "refuse"):
        browser.get(f"{CONSENTS}{rows.consent.pk}/{verb}/")
    assert [AuditEvent.objects.count(), ClientLink.objects.count(), list(Consent.objects.values())] == before


def test_after_a_withdrawal_the_page_says_who_and_when_before_it_offers_to_ask_again(practitioner, signed_in):
    rows, browser = signed(practitioner, "treatment", "marketing_emails", at=now(hours=2)), signed_in(practitioner)
    treatment, marketing = rows.consents["treatment"], rows.consents["marketing_emails"]
    withdraw_consent(consent=treatment, reason="", at=now())
    browser.post(f"{CONSENTS}{marketing.pk}/withdraw/", {"reason": "Said so on the telephone"})
    day = f"{timezone.localdate():%-d %b %Y}"
    for consent, words in (
        (treatment, f"The client withdrew their consent to treatment on {day}."),
        (marketing, f"The client withdrew this consent on {day}; {practitioner} wrote it down."),
    ):
        page = browser.get(f"{CONSENTS}{consent.pk}/change/").content.decode()
        again = f'<a class="button" href="{REQUESTS}add/?client={rows.client.pk}">Ask again</a>'
        assert 0 < page.find(words) < page.find(again)
    form = browser.get(f"{REQUESTS}add/?client={rows.client.pk}").context["form"]
    assert dict(form.fields["purposes"].choices)["treatment"] == f"Treatment (withdrawn on {day})"
    assert "treatment" not in form.initial["purposes"]


def test_nobody_is_asked_again_who_was_asked_or_signed_since(practitioner, signed_in):
    rows, browser = signed(practitioner, "treatment", at=now(hours=2)), signed_in(practitioner)
    withdraw_consent(consent=rows.consent, reason="", at=now(hours=1))
    asked(practitioner, plan=rows.plan, at=now())
    assert "Ask again" not in browser.get(f"{CONSENTS}{rows.consent.pk}/change/").content.decode()


def test_a_text_that_has_changed_is_ticked_to_be_asked_again(practitioner, signed_in):
    rows = signed(practitioner, "treatment", at=now())
    Consent.objects.update(state="outdated")
    form = signed_in(practitioner).get(f"{REQUESTS}add/?client={rows.client.pk}").context["form"]
    assert form.initial["purposes"] == ["treatment", "photo_record"]
    assert dict(form.fields["purposes"].choices)["treatment"].endswith("; the text has changed since)")
