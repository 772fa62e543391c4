import re
from datetime import timedelta
from itertools import combinations
from pathlib import Path
from unittest.mock import patch

import pytest
from django.contrib.staticfiles import finders
from django.test import Client as Browser
from django.utils import timezone
from django_scopes import scope

from clients.links.models import ClientLink
from clients.links.services import issue_link, revoke_links
from tests.factories import NOON, ClientFactory, ClinicFactory, FollowupFactory
from treatments.followups.models import Alert, Reply
from treatments.followups.questions import QUESTIONS
from treatments.followups.redflags import assess_reply

CALM = {"signs": ["none"], "comment": ""}
DAY = timedelta(days=1)


@pytest.fixture
def followup(clinic):
    client = ClientFactory(clinic=clinic, first_name="Canary", last_name="Finch", email="canary@example.org")
    return FollowupFactory(session__plan__client=client, step="day_3")


def address(followup, client=None, subject_id=None, purpose="follow_up", at=None):
    token = issue_link(
        client=client or followup.client,
        purpose=purpose,
        subject_id=subject_id or followup.pk,
        at=at or timezone.now(),
        lasts=30 * DAY,
    )
    return f"/follow-up/{token}/"


def kept():
    return list(Reply.objects.values_list("answers", flat=True))


def test_the_form_asks_the_steps_questions_and_shows_nobodys_data(followup):
    page = Browser().get(address(followup))
    assert page.status_code == 200
    assert "Do you have any of these?" in page.text
    assert [word for word in ("Canary", "Finch", "canary@example.org", "checked") if word in page.text] == []


@pytest.mark.parametrize("verb", ["get", "head"])
def test_opening_the_link_changes_nothing(followup, verb):
    link = address(followup)
    before = ClientLink.objects.values().get()
    for _ in range(3):
        getattr(Browser(), verb)(link)
    assert (kept(), ClientLink.objects.values().get()) == ([], before)


def test_answers_count_once_and_what_comes_later_is_added_and_says_so(followup):
    link = address(followup)
    first = Browser().post(link, CALM)
    again = Browser().post(link, {"signs": ["pus"]})
    later = Browser().get(link)
    assert kept() == [{"signs": ["pus"], "comment": ""}, {"signs": ["none"], "comment": ""}]
    assert "We received your answers on" in first.text
    assert ("was added to your earlier answers" in first.text, "was added" in again.text) == (False, True)
    assert ("We received your answers on" in later.text, "<form" in later.text) == (True, False)


def test_who_has_answered_finds_the_way_to_an_empty_form(followup):
    link = address(followup)
    Browser().post(link, {"signs": ["pus"]})
    (again,) = re.findall(r'href="([^"]*)">Something has changed', Browser().get(link).text)
    page = Browser().get(again)
    assert (again, "<form" in page.text, "checked" in page.text) == (f"{link}?again", True, False)


def test_who_answers_without_end_is_advised_all_the_same(followup):
    with patch("treatments.followups.services.replies.MOST", 1):
        link = address(followup)
        Browser().post(link, CALM)
        page = Browser().post(link, {"signs": ["breathing"]})
    assert ("Get medical help now" in page.text, "was not added" in page.text, len(kept())) == (True, True, 1)


def test_it_works_without_a_cookie_and_without_a_script(followup):
    Browser(enforce_csrf_checks=True).post(address(followup), CALM)
    assert len(kept()) == 1


def test_a_question_left_out_is_asked_for_and_nothing_is_kept(followup):
    page = Browser().post(address(followup), {"comment": "My words stay"})
    assert (page.status_code, kept()) == (422, [])
    assert "None of these”." in page.text
    assert "My words stay" in page.text


def test_none_of_these_and_something_is_asked_again(followup):
    page = Browser().post(address(followup), {"signs": ["none", "pus"]})
    assert (page.status_code, kept(), "not both" in page.text) == (422, [], True)


def test_an_answer_that_was_never_offered_is_refused(followup):
    assert (Browser().post(address(followup), {"signs": ["sneeze"]}).status_code, kept()) == (422, [])


def test_emergency_answers_show_the_countrys_number_at_once(followup, clinic):
    page = Browser().post(address(followup), {"signs": ["fever", "spreading"]})
    assert "Get medical help now" in page.text
    assert 'In an emergency call <a href="tel:999">999</a>' in page.text
    assert f'<a href="tel:{clinic.phone.replace(" ", "")}">{clinic.phone}</a>' in page.text
    assert Alert.objects.get().urgency == "emergency"


CSS = re.compile(r'\.question((?::has\(\[value="[a-z_]+"\]:checked\))+) \.at-once')


def test_whom_to_call_shows_as_soon_as_the_answers_are_an_emergency(followup):
    """Also without a script: what the stylesheet shows is what the rules call an emergency, no less and no more."""
    style = Path(finders.find("portal/public.css")).read_text()
    shown = {frozenset(re.findall(r'value="([a-z_]+)"', found)) for found in CSS.findall(style)}
    for asks, questions in QUESTIONS.items():
        signs = [key for one in questions if one.key == "signs" for key, _words in one.options]
        for chosen in (frozenset(some) for number in (1, 2, 3) for some in combinations(signs, number)):
            emergency = assess_reply(asks, {"signs": list(chosen)})[0] == "emergency"
            assert (asks, chosen, emergency) == (asks, chosen, any(some <= chosen for some in shown))
    page = Browser().get(address(followup)).text
    assert page.index('class="alert emergency at-once"') < page.index("tel:999") < page.index('name="comment"')


def test_a_second_press_still_shows_what_to_do(followup):
    link = address(followup)
    Browser().post(link, {"signs": ["breathing"]})
    assert "Get medical help now" in Browser().post(link, {"signs": ["breathing"]}).text


def test_whoever_opens_the_link_later_does_not_see_how_it_was(followup):
    link = address(followup)
    Browser().post(link, {"signs": ["breathing"], "comment": "Canary words"})
    later = Browser().get(link).text
    assert [word for word in ("Get medical help now", "Canary", "breathing") if word in later] == []
    assert 'In an emergency call <a href="tel:999">999</a>.' in later


def test_urgent_answers_say_that_the_clinic_will_call_and_whom_to_call_if_worse(followup):
    page = Browser().post(address(followup), {"signs": ["pus"]})
    assert "The clinic will call you today" in page.text
    assert 'call NHS <a href="tel:111">111</a>' in page.text


def test_a_script_in_a_comment_is_words(followup, practitioner, signed_in):
    attack = "<script>alert(1)</script>{{ clinic }}\"' onmouseover=x"
    Browser().post(address(followup), {"signs": ["pus"], "comment": attack})
    reply = Reply.objects.get()
    browser = signed_in(practitioner)
    pages = [
        browser.get(f"/admin/treatments/alert/{reply.alert.pk}/change/").text,
        browser.get(f"/admin/treatments/reply/{reply.pk}/change/").text,
        browser.get("/admin/treatments/reply/").text,
    ]
    assert ["<script>alert" in page for page in pages] == [False] * 3
    assert ["&lt;script&gt;alert(1)" in page for page in pages] == [True] * 3


def test_every_link_that_does_not_open_gives_one_and_the_same_page(followup, clinic):
    good = address(followup)
    revoked = address(followup)
    revoke_links(client_id=followup.client_id, purpose="follow_up", subject_id=followup.pk, at=timezone.now())
    links = [
        "/follow-up/nonsense/",
        good[:-2] + ("A/" if good[-2] != "A" else "B/"),
        revoked,
        address(followup, at=timezone.now() - 31 * DAY),
        address(followup, purpose="screening"),
        address(followup, client=ClientFactory(clinic=clinic)),
        address(followup, subject_id=followup.pk + 1000),
        address(FollowupFactory(session__plan__client=followup.client, step="aftercare")),
    ]
    pages = [getattr(Browser(), verb)(link, CALM) for link in links for verb in ("get", "post")]
    assert {(page.status_code, page.text) for page in pages} == {(404, pages[0].text)}
    assert (kept(), "Canary" in pages[0].text, clinic.name in pages[0].text) == ([], False, False)


def test_another_clinics_link_opens_its_own_follow_up_only(followup):
    other = ClinicFactory()
    with scope(clinic=other):
        theirs = FollowupFactory(session__plan__client__clinic=other, step="day_3")
        crossed = address(followup, client=theirs.client, subject_id=followup.pk)
        own = address(theirs)
    assert (Browser().post(crossed, CALM).status_code, kept()) == (404, [])
    assert (Browser().post(own, CALM).status_code, kept()) == (200, [])
    with scope(clinic=other):
        assert kept() == [{"signs": ["none"], "comment": ""}]


def test_other_verbs_are_refused(followup):
    assert [getattr(Browser(), verb)(address(followup)).status_code for verb in ("put", "delete")] == [405, 405]


def test_the_address_does_not_leave_the_page(followup):
    page = Browser().get(address(followup))
    assert (page.headers["Referrer-Policy"], page.headers["Cache-Control"]) == ("same-origin", "no-store")
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]


def test_one_page_asks_what_all_steps_of_its_email_ask_and_each_keeps_its_own(followup):
    later = FollowupFactory(session__plan__client=followup.client, step="week_4", message=followup.message)
    FollowupFactory(session__plan__client=followup.client, step="aftercare", message=followup.message)
    FollowupFactory(
        session=followup.session, step="day_7", message=followup.message, withdrawn_at=NOON, withdrawn_why="x"
    )
    page = Browser().get(address(followup)).text
    asked = [words in page for words in ("Pus, or yellow crusts", "how are your acne scars?", "Sores, or", "still red")]
    assert asked == [True, True, True, False]
    answers = {"change_acne_scars": "better", "satisfaction": "8", "health_changes": "no"}
    Browser().post(address(followup), answers | {"signs": ["pus"], "comment": "Hm"})
    assert {reply.followup: reply.answers for reply in Reply.objects.all()} == {
        followup: {"signs": ["pus"], "comment": "Hm"},
        later: answers | {"signs": ["none"], "comment": "Hm"},
    }
