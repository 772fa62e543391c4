"""The links and the pages of the client's form."""

import re
from datetime import timedelta

import pytest
from django.test import Client as Browser
from django.utils import timezone, translation

from clients.models import ClientLink, Message
from portal.models import AuditEvent
from tests.factories import ClinicFactory
from tests.treatments.screening.filling import AT_ONCE, MONTH, PARTS, SIGNED, fill_in, fill_in_and_send, link_to
from tests.treatments.screening.rows import SAID, TYPED, sent
from treatments.models import Draft, Screening
from treatments.screening import services
from treatments.screening.questionnaire import default, fingerprint, snapshot

NOT_OPEN = "ask your clinic to send you a new one"


@pytest.fixture
def screening(clinic, practitioner):
    return sent(clinic, practitioner, at=timezone.now())


@pytest.fixture
def address(screening):
    return link_to(screening)


def everything():
    """Every row that a client's page could change."""
    return [
        list(table.objects.order_by("pk").values()) for table in (Screening, Draft, ClientLink, Message, AuditEvent)
    ]


def pages(address):
    """Every address of the form."""
    rest = ["", "check/", *(f"part/{section}/{more}" for section in PARTS for more in ("", "more/"))]
    return [address + one for one in rest]


def test_the_whole_form_is_kept(screening, address):
    typed = TYPED | {"isotretinoin": "stopped", "isotretinoin_stop_date": "2020-01-05", "filler": "yes"}
    typed |= {"filler_date_unsure": "on", "hopes": ["acne_scars", "texture"], "other_allergy": "yes"}
    response = fill_in_and_send(address, typed | {"other_allergy_text": "Latex: a rash."})
    screening.refresh_from_db()
    given = {key: value for key, value in screening.answers.items() if value is not None}
    assert (screening.state, given, response.redirect_chain, Draft.objects.count()) == (
        "submitted",
        SAID
        | {
            "date_of_birth": "1985-05-17",
            "signed_name": "Ada Client",
            "isotretinoin": "stopped",
            "isotretinoin_stop_date": "2020-01-05",
            "filler": "yes",
            "filler_date": "unsure",
            "hopes": ["acne_scars", "texture"],
            "other_allergy": "yes",
            "other_allergy_text": "Latex: a rash.",
        },
        [(address, 302)],
        0,
    )
    assert "We received your form on" in response.content.decode()


def test_what_was_asked_and_how_it_came_is_kept_with_it(screening):
    fill_in_and_send(link_to(screening, channel="code"))
    screening.refresh_from_db()
    kept = (screening.questionnaire_hash, screening.language, screening.wording)
    assert kept == (fingerprint(snapshot(default())), "en", {})
    assert (screening.channel, screening.submitted_from) == ("code", "127.0.0.1")


def test_the_wording_kept_is_the_wording_read(screening, address):
    browser = Browser()
    page = browser.get(f"{address}part/{PARTS[0]}/?language=de").content.decode()
    fill_in_and_send(address, browser=browser)
    screening.refresh_from_db()
    words = default().questions[0].words
    with translation.override("de"):
        german = translation.gettext(words)
    read = re.sub("&#x27;", "'", page)
    assert (screening.language, screening.wording[words], german in read, german == words) == (
        "de",
        german,
        True,
        False,
    )
    assert '<html lang="de">' in page


def test_looking_changes_nothing(screening, address):
    before = everything()
    browser = Browser()
    looks = [one(page).status_code for page in pages(address) for one in (browser.get, browser.head)]
    assert (set(looks), everything(), "sessionid" in browser.cookies) == ({200, 302}, before, False)


def test_the_pages_show_nothing_that_is_stored(screening, address):
    client = screening.client
    client.first_name, client.last_name, client.alerts = "Canaryfirst", "Canarylast", "Canaryalert"
    client.save()
    shown = "".join(Browser().get(page).content.decode() for page in pages(address))
    stored = ("Canary", "1985-", client.email)
    assert [word for word in stored if word in shown] == []


def test_a_second_form_changes_nothing(screening, address):
    browser = fill_in(address)
    browser.post(f"{address}check/", SIGNED)
    before = everything()
    posts = [browser.post(page, TYPED | {"pregnant": "yes"}, follow=True) for page in pages(address)]
    posts += [browser.post(f"{address}draft/", {"pregnant": "yes"}, follow=True), browser.get(address)]
    assert everything() == before
    assert {"We received your form on" in page.content.decode() for page in posts} == {True}


def test_a_form_that_crossed_another_on_its_way_changes_nothing(screening, address):
    services.submit_screening(screening=screening, answers=SAID | {"date_of_birth": "1985-05-17"}, at=timezone.now())
    before = everything()
    # What a second worker saw a moment ago: the form was still out.
    late = Screening(pk=screening.pk, clinic=screening.clinic, client=screening.client)
    with pytest.raises(services.NotWaiting):
        services.submit_screening(screening=late, answers=SAID, at=timezone.now())
    assert everything() == before


def dead_links(screening, practitioner):
    """One of each kind of link that must not open, and one that does."""
    now = timezone.now()
    yield "/screening/never-issued/"
    yield link_to(screening)[:-2] + "x/"
    yield link_to(screening, at=now - MONTH - timedelta(seconds=1))
    yield link_to(screening, purpose="follow_up")
    yield link_to(screening, subject_id=screening.pk + 1000)
    other = sent(screening.clinic, practitioner, at=now)
    yield link_to(screening, subject_id=other.pk)
    withdrawn = link_to(other)
    services.withdraw_screening(screening=other, by=practitioner.user, at=now)
    yield withdrawn


def test_links_that_do_not_open_look_alike(screening, practitioner):
    links = list(dead_links(screening, practitioner))
    answers = [Browser().get(page) for link in links for page in pages(link)]
    assert {answer.status_code for answer in answers} == {404}
    shown = {re.sub("language=[^ ]+", "", answer.content.decode()) for answer in answers}
    assert (len(shown), {NOT_OPEN in page for page in shown}) == (1, {True})
    assert screening.clinic.name not in shown.pop()


def test_nothing_can_be_sent_through_a_dead_link(screening, practitioner):
    links = list(dead_links(screening, practitioner))
    before = everything()
    statuses = {Browser().post(page, TYPED).status_code for a in links for page in [*pages(a), f"{a}draft/"]}
    assert (statuses, everything()) == ({404}, before)


def test_an_archived_clients_link_does_not_open(screening, address):
    screening.client.archived_at = timezone.now()
    screening.client.save()
    assert {Browser().get(page).status_code for page in pages(address)} == {404}


def test_a_link_opens_only_its_own_clinic(screening, address, db):
    foreign = ClinicFactory(name="Canary clinic")
    page = Browser().get(address).content.decode()
    assert (screening.clinic.name in page, foreign.name in page) == (True, False)


def test_a_form_of_another_clinic_is_behind_no_link(screening, address):
    opened = [Browser().get(page, follow=True).status_code for page in pages(address)]
    Screening.objects.filter(pk=screening.pk).update(clinic=ClinicFactory())
    strayed = [Browser().get(page, follow=True).status_code for page in pages(address)]
    assert (set(opened), set(strayed)) == ({200}, {404})


def test_a_part_that_is_not_in_the_questionnaire_is_not_there(address):
    assert Browser().get(f"{address}part/nowhere/").status_code == 404


def test_other_verbs_are_refused(address):
    assert {Browser().put(page).status_code for page in pages(address)} == {405}
    assert Browser().get(f"{address}draft/").status_code == 405


def test_the_form_is_not_sent_before_everything_is_answered(screening, address):
    browser = fill_in(address)
    browser.post(f"{address}draft/", {"pregnant": "", "filler": "yes"})
    page = browser.post(f"{address}check/", SIGNED)
    links = re.findall(r'href="([^"]+#[^"]+)"', page.content.decode())
    screening.refresh_from_db()
    assert (page.status_code, screening.state, links) == (
        422,
        "sent",
        [
            f"{address}part/about_you/?then=check#div_id_pregnant",
            f"{address}part/treatments/?then=check#id_filler_date",
        ],
    )


def test_a_part_changed_from_the_check_page_leads_back_to_it(address):
    browser = fill_in(address)
    typed = {"date_of_birth": "1985-05-17", "pregnant": "no", "breastfeeding": "no"} | AT_ONCE
    changed = browser.post(f"{address}part/about_you/?then=check", typed)
    assert changed["Location"] == f"{address}check/"


def test_it_needs_a_signature(screening, address):
    browser = fill_in(address)
    page = browser.post(f"{address}check/", {"signed_name": "  "})
    screening.refresh_from_db()
    assert (page.status_code, list(page.context["form"].errors), screening.state) == (
        422,
        ["statement", "signed_name"],
        "sent",
    )
