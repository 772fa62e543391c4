"""The pages of outcomes: what they show, to whom, and that more answers ask no more of the database."""

import csv
import io
from datetime import timedelta

import pytest
from django.urls import reverse

from tests.factories import (
    NOON,
    ClientFactory,
    ClinicFactory,
    ConsentFactory,
    ConsentRequestFactory,
    PhotographFactory,
    PlanFactory,
    SessionFactory,
)
from tests.treatments.outcomes.test_counting import says
from treatments.models import Rating

DAY = timedelta(days=1)
PAGE, FILE = "/admin/treatments/rating/outcomes/", "/admin/treatments/rating/outcomes/csv/"


@pytest.fixture
def session(clinic, practitioner):
    plan = PlanFactory(client=ClientFactory(clinic=clinic), practitioner=practitioner, goals=["pores"])
    return SessionFactory(plan=plan, number=1, ended_at=NOON)


@pytest.fixture
def consent(session):
    request = ConsentRequestFactory(client=session.client, practitioner=session.practitioner)
    return ConsentFactory(request=request, state="signed")


@pytest.fixture
def pair(session, consent):
    before = PhotographFactory(session=session)
    return before, PhotographFactory(session=session, moment="follow_up", taken_at=NOON + 42 * DAY)


def rate_page(before, after):
    return f"/admin/treatments/rating/add/?before={before.pk}&after={after.pk}"


def answered(clinic, times, **said):
    for _client in range(times):
        says(ClientFactory(clinic=clinic), **said)


def test_ten_clients_are_a_claim_and_nine_are_not(clinic, owner, signed_in):
    answered(clinic, 9)
    page = signed_in(owner).get(PAGE).text
    assert ("too few to say" in page, "+1.0 (" in page) == (True, False)
    answered(clinic, 1)
    page = signed_in(owner).get(PAGE).text
    assert "+1.0 (+0.8 to +1.2)" in page
    assert "A record that was amended counts as amended." in page
    assert 'role="img" aria-labelledby="goal-title goal-words"' in page


def test_a_goal_and_a_time_can_be_asked_for(clinic, owner, signed_in):
    answered(clinic, 10, goals=["pores", "texture"])
    browser, day = signed_in(owner), NOON.date()
    assert browser.get(PAGE, {"goal": "texture"}).text.count("10") > 5
    assert "No client has answered" not in browser.get(PAGE, {"since": day, "until": day}).text
    assert "No client has answered" in browser.get(PAGE, {"since": day + DAY}).text
    wrong = browser.get(PAGE, {"since": day, "until": day - DAY})
    assert "This day is before the first one." in wrong.text
    assert "Select a valid choice" in browser.get(PAGE, {"goal": "eternal youth"}).text


@pytest.mark.parametrize(
    ("asked", "words"),
    [({"since": "0001-01-01"}, "Write a day from 1900 on."), ({"until": "9999-12-31"}, "Write a day before 2200.")],
)
def test_a_day_that_no_clock_holds_is_refused_at_its_field(clinic, owner, signed_in, asked, words):
    clinic.time_zone = "Pacific/Auckland"
    clinic.save()
    page = signed_in(owner).get(PAGE, asked)
    assert (page.status_code, words in page.text) == (200, True)


def test_one_email_can_be_asked_for_in_the_page_and_its_file(clinic, owner, signed_in):
    for step, word in (("week_4", "same"), ("week_6", "much_better")):
        answered(clinic, 10, step=step, word=word)
    browser = signed_in(owner)
    page = browser.get(PAGE, {"step": "week_4"}).text
    assert ("0.0 (" in page, "+2.0 (" in page, "it is left out here" in page) == (True, False, True)
    assert f"{FILE}?step=week_4" in page
    file = browser.get(FILE, {"step": "week_6"})
    assert file["Content-Disposition"] == 'attachment; filename="outcomes-week-6.csv"'
    rows = list(csv.DictReader(io.StringIO(file.content.decode("utf-8-sig"))))
    assert (rows[0]["clients"], rows[0]["change"]) == ("10", "2.0")
    assert "Select a valid choice" in browser.get(PAGE, {"step": "week_5"}).text


def test_without_answers_the_page_says_what_will_be_there(clinic, owner, signed_in):
    page = signed_in(owner).get(PAGE).text
    assert "No client has answered about results in this time." in page
    assert "No email of week 4 or week 6 left in this time." in page


def test_the_file_says_what_the_page_says_and_is_no_formula(clinic, owner, signed_in):
    answered(clinic, 10, zones=[("cheeks", "1.00")], word="worse")
    answer = signed_in(owner).get(FILE)
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert answer["Content-Disposition"] == 'attachment; filename="outcomes.csv"'
    assert [(row["table"], row["line"], row["clients"], row["change"]) for row in rows][:3] == [
        ("Goal", "All goals together", "10", "-1.0"),
        ("Goal", "Pores", "10", "-1.0"),
        ("Needle depth", "Over 0.5, up to 1.0 mm", "10", "-1.0"),
    ]
    assert {row["seen"] for row in rows} == {""}


@pytest.mark.parametrize("where", [PAGE, FILE, "/admin/treatments/rating/"])
def test_owner_and_practitioner_see_outcomes_and_the_front_desk_does_not(
    where, clinic, owner, practitioner, front_desk, signed_in
):
    assert [signed_in(one).get(where).status_code for one in (owner, practitioner, front_desk)] == [200, 200, 403]
    assert ("Outcomes</a>" in signed_in(owner).get("/admin/").text) is True
    assert ("Outcomes</a>" in signed_in(front_desk).get("/admin/").text) is False


def test_more_answers_ask_no_more_of_the_database(clinic, owner, signed_in, django_assert_max_num_queries):
    browser = signed_in(owner)
    answered(clinic, 1, zones=[("cheeks", "1.00")])
    browser.get(PAGE)
    with django_assert_max_num_queries(100) as one:
        browser.get(PAGE, {"goal": "pores"})
    answered(clinic, 3, zones=[("cheeks", "1.00"), ("neck", "0.50")])
    with django_assert_max_num_queries(len(one)):
        browser.get(PAGE, {"goal": "pores"})


def test_a_practitioner_rates_what_the_photographs_show(pair, session, practitioner, signed_in):
    browser = signed_in(practitioner)
    page = browser.get(rate_page(*pair)).text
    assert all(reverse("admin:treatments_photograph_picture", args=[one.pk]) in page for one in pair)
    assert "Cannot be judged from these" in page
    answer = browser.post(rate_page(*pair), {"pores": "much_better"})
    assert answer["Location"] == reverse("admin:treatments_session_change", args=[session.pk])
    rating = Rating.objects.get()
    assert (rating.goal, rating.judged, rating.before, rating.after) == ("pores", "much_better", *pair)
    shown = browser.get(answer["Location"]).text
    assert "Much better: seen at a glance" in shown
    assert "Rate again: front" in shown
    assert "Much better: seen at a glance" in browser.get(f"/admin/treatments/rating/{rating.pk}/change/").text


def test_what_was_forgotten_is_asked_for_at_its_field(pair, practitioner, signed_in):
    page = signed_in(practitioner).post(rate_page(*pair), {})
    assert "Choose what you see, or that it cannot be judged from these." in page.text
    assert Rating.objects.count() == 0


def test_it_is_offered_where_the_photographs_are(pair, session, practitioner, front_desk, signed_in):
    browser, client = signed_in(practitioner), session.client_id
    places = [
        f"/admin/treatments/session/{session.pk}/change/",
        f"/admin/treatments/photograph/client/{client}/",
        reverse("client_page", args=[client]),
    ]
    where = rate_page(*pair).replace("&", "&amp;")
    assert [where in browser.get(place).text for place in places] == [True, True, True]
    assert where not in signed_in(front_desk).get(places[0]).text
    assert signed_in(front_desk).get(rate_page(*pair)).status_code == 403


def test_once_consent_is_withdrawn_nothing_is_shown_offered_or_saved(pair, session, consent, practitioner, signed_in):
    said = {"withdrawn_at": NOON, "withdrawn_by": practitioner.user, "withdrawal_reason": "By phone"}
    type(consent).objects.filter(pk=consent.pk).update(state="withdrawn", **said)
    browser = signed_in(practitioner)
    page = browser.get(rate_page(*pair)).text
    assert ("Until then photographs are neither taken nor shown" in page, "/picture/" in page) == (True, False)
    assert "Rate the results" not in browser.get(f"/admin/treatments/session/{session.pk}/change/").text
    browser.post(rate_page(*pair), {"pores": "better"})
    assert Rating.objects.count() == 0


def test_two_that_do_not_match_say_why(pair, practitioner, signed_in):
    before, after = pair
    page = signed_in(practitioner).get(rate_page(after, before)).text
    assert "A result is rated on a photograph from before and one from a follow-up." in page


def test_another_clinics_photographs_cannot_be_rated(pair, practitioner, signed_in):
    from django_scopes import scope

    elsewhere = ClinicFactory()
    with scope(clinic=elsewhere):
        theirs = PhotographFactory(session__plan__client__clinic=elsewhere, moment="follow_up")
    assert signed_in(practitioner).get(rate_page(pair[0], theirs)).status_code == 404
    assert signed_in(practitioner).get("/admin/treatments/rating/add/?before=x&after=y").status_code == 404
    assert signed_in(practitioner).get("/admin/treatments/rating/add/").status_code == 302
