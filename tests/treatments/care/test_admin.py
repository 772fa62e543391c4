"""The care schedule's pages: to read for those who treat, to write for the owner."""

from datetime import time, timedelta

import pytest
from django.utils import timezone

from tests.factories import NOON, ClientFactory, ClinicFactory, PlanFactory, SessionFactory
from tests.treatments.care.writing import Writer
from treatments.care import services
from treatments.care.models import CareVersion
from treatments.care.services import schedule_of, shipped_schedule
from treatments.followups.models import Enrolment
from treatments.followups.services import schedule_followups

LIST = "/admin/treatments/careversion/"


@pytest.fixture
def browser(owner, signed_in):
    return signed_in(owner)


@pytest.fixture
def draft(clinic, owner):
    return services.begin_version(clinic=clinic, by=owner.user, at=timezone.now())


@pytest.fixture
def one(draft):
    return f"{LIST}{draft.pk}"


@pytest.fixture
def course(clinic):
    return running_course(ClientFactory(clinic=clinic))


def running_course(client):
    """Of a session that ended yesterday at noon: the later the hour now, the more steps would move past the night."""
    noon = (timezone.now() - timedelta(days=1)).replace(hour=12, minute=0)
    session = SessionFactory(plan=PlanFactory(client=client), ended_at=noon)
    schedule_followups(session=session, at=noon)
    return Enrolment.objects.get(session=session)


def changed(browser, page, **said):
    """Post the form of a page as it stands, but for what is said; what is None is left out."""
    form = browser.get(page).context["form"]
    standing = {field.html_name: field.value() for field in form}
    standing = {name: f"{v:%H:%M}" if isinstance(v, time) else v for name, v in standing.items()}
    typed = {name: value for name, value in (standing | said).items() if value is not None and value is not False}
    return browser.post(page, typed)


def errors(browser, page, **said):
    return list(changed(browser, page, **said).context["form"].errors)


def written():
    return schedule_of(CareVersion.objects.drafts().get())


def test_the_schedule_in_force_is_told_step_by_step_before_any_version_is_kept(clinic, practitioner, signed_in):
    page = signed_in(practitioner).get(LIST)
    assert [line.step.key for line in page.context["lines"]] == [step.key for step in shipped_schedule().steps]
    assert "docs/clinical.md, section 3" in page.text
    assert (CareVersion.objects.count(), "Begin a version" in page.text) == (0, False)


def test_the_owner_opens_every_page_and_publishes(browser, draft, one, course):
    pages = ["change", "publish", "dates", "ask", "discard", "edit/week_4", "remove/week_4", "restore/week_4"]
    assert [browser.get(f"{one}/{page}/").status_code for page in pages] == [200] * len(pages)
    changed(browser, f"{one}/edit/day_1/", days="2")
    assert changed(browser, f"{one}/publish/", reason="Day 1 is early.").status_code == 302
    assert CareVersion.objects.published().first() == draft
    assert Enrolment.objects.get().version != draft
    page = browser.get(LIST)
    assert ("Your clinic’s own, published by" in page.text, "Day 1 is early." in page.text) == (True, True)


@pytest.mark.parametrize(("said", "moved"), [({"courses": "all"}, True), ({"courses": "stay"}, False)])
def test_the_owner_says_at_publishing_who_moves(browser, draft, one, course, said, moved):
    changed(browser, f"{one}/edit/day_1/", days="2")
    assert changed(browser, f"{one}/publish/", reason="Day 1 is early.", **said).status_code == 302
    assert (Enrolment.objects.get().version == draft) == moved


def test_those_chosen_move_later_too(browser, draft, one, course):
    changed(browser, f"{one}/edit/day_1/", days="2")
    changed(browser, f"{one}/publish/", reason="Day 1 is early.")
    assert f"{one}/move/" in browser.get(f"{one}/change/").text
    assert errors(browser, f"{one}/move/", courses="chosen") == ["chosen"]
    page = browser.get(f"{one}/move/")
    assert (str(course.client) in page.text, "Day 1: " in page.text) == (True, True)
    assert changed(browser, f"{one}/move/", courses="chosen", chosen=[course.pk]).status_code == 302
    assert Enrolment.objects.get().version == draft
    assert "No running course began with another schedule." in browser.get(f"{one}/move/").text


def test_a_practitioner_looks_and_changes_nothing(draft, one, practitioner, signed_in):
    browser = signed_in(practitioner)
    pages = ["change", "dates", "publish", "move", "ask", "discard", "edit/week_4", "remove/week_4"]
    assert [browser.get(f"{one}/{page}/").status_code for page in pages] == [200, 200, *[403] * 6]


def test_the_front_desk_sees_none_of_it(draft, one, front_desk, signed_in):
    browser = signed_in(front_desk)
    assert [browser.get(page).status_code for page in (LIST, f"{one}/change/", f"{one}/dates/")] == [403] * 3


def test_a_form_that_is_saved_as_it_stands_changes_nothing(browser, one):
    for step in shipped_schedule().steps:
        assert changed(browser, f"{one}/edit/{step.key}/").status_code == 302
    assert written() == shipped_schedule()


def test_when_what_and_who_are_written(browser, one):
    said = {"days": "10", "hours": "", "hour": "10:30", "send_within_hours": "48", "asks": "day_7"}
    who = {"any_skin_type": ["V", "IV"], "any_zone": ["neck"], "every_depth": "1.5", "every_indication": ["pores"]}
    changed(browser, f"{one}/ask/", title="Day 10", remind_after_hours="24", **said, **who)
    step = written().step("own_day_10")
    assert (step.after_hours, step.hour, step.send_within_hours, step.asks, step.remind_after_hours) == (
        *(240, "10:30", 48, "day_7", 24),
    )
    assert [(one.fact, one.values) for one in step.who.any] == [("skin_type", ("IV", "V")), ("zone", ("neck",))]
    assert [(one.fact, one.values) for one in step.who.every] == [("indication", ("pores",)), ("depth", ("1.5",))]


@pytest.mark.parametrize(
    ("step", "said", "fields"),
    [
        ("week_4", {"days": "27"}, ["days"]),
        ("week_6", {"hours": "1"}, ["days"]),
        ("day_3", {"hour": "10:00", "hours": "2"}, ["hours"]),
        ("day_3", {"days": "0", "hours": "5", "hour": "10:00"}, ["hours", "hour"]),
        ("day_3", {"days": "0", "hours": None}, ["hours"]),
        ("day_3", {"asks": "nothing"}, ["remind_after_hours"]),
        ("day_3", {"any_not_clear": ["day_7"]}, ["any_not_clear"]),
        ("day_3", {"every_depth": "9"}, ["every_depth"]),
        ("day_3", {"title": ""}, ["title"]),
    ],
)
def test_what_cannot_be_is_said_at_its_field(browser, one, step, said, fields):
    assert errors(browser, f"{one}/edit/{step}/", **said) == fields
    assert written() == shipped_schedule()


def test_aftercare_has_no_hour_of_the_day(browser, one):
    assert "hour" not in browser.get(f"{one}/edit/aftercare/").context["form"].fields


def test_whoever_saves_second_keeps_what_they_typed(browser, draft, one):
    page = browser.post(f"{one}/publish/", {"seen": "older", "reason": "Day 1 is early."})
    form = page.context["form"]
    assert (form["reason"].value(), form["seen"].value()) == ("Day 1 is early.", draft.fingerprint)


def test_a_page_of_a_published_version_leads_to_what_it_says(browser, owner):
    version = Writer(owner).remove("month_6").publish()
    for page in ("publish", "ask", "discard", "edit/week_4"):
        response = browser.get(f"{LIST}{version.pk}/{page}/", follow=True)
        assert response.redirect_chain == [(f"{LIST}{version.pk}/change/", 302)]


def test_a_step_is_taken_out_and_put_back_and_the_draft_discarded(browser, one):
    browser.post(f"{one}/remove/month_6/", {"seen": CareVersion.objects.drafts().get().fingerprint})
    assert (written().step("month_6"), "Put back" in browser.get(f"{one}/change/").text) == (None, True)
    changed(browser, f"{one}/restore/month_6/")
    assert written() == shipped_schedule()
    changed(browser, f"{one}/discard/")
    assert not CareVersion.objects.drafts().exists()


def test_the_dates_of_one_client_are_on_their_clock_and_say_whether_they_get_it(browser, clinic, one):
    client = ClientFactory(clinic=clinic, skin_type="II", time_zone="America/New_York")
    PlanFactory(client=client)
    dates = browser.get(f"{one}/dates/?client={client.pk}").context["dates"]
    gets = {line["step"].key: line["gets"] for line in dates}
    assert (gets["day_1"], gets["day_14"]) == ("Yes", "Only after an answer that is not clear")
    later = timezone.now() + timedelta(days=90)
    assert any(f"{later:%b %Y}" in line["due"] for line in dates)
    type(client).objects.filter(pk=client.pk).update(skin_type="V")
    dates = browser.get(f"{one}/dates/?client={client.pk}").context["dates"]
    assert {line["gets"] for line in dates} == {"Yes"}


def test_a_client_is_found_by_a_part_of_the_name_without_a_script(browser, clinic, one):
    ada = ClientFactory(clinic=clinic, first_name="Ada", last_name="Lovelace", email="countess@example.org")
    ClientFactory(clinic=clinic, first_name="Ada", last_name="Archived", archived_at=NOON, archived_because="left")
    ClientFactory(clinic=ClinicFactory(), first_name="Ada", last_name="Elsewhere")
    for words in ("love ada", "COUNTESS"):
        page = browser.post(f"{one}/dates/", {"q": words}).text
        assert (f'href="?client={ada.pk}"' in page, "Archived" in page, "Elsewhere" in page) == (True, False, False)
    assert "No client has this in their name" in browser.post(f"{one}/dates/", {"q": "ada grace"}).text
    assert "Write a part of the client’s name" in browser.post(f"{one}/dates/", {"q": " "}).text


def test_many_who_are_found_are_counted_and_other_clinics_clients_are_not_there(browser, clinic, one):
    for number in range(22):
        ClientFactory(clinic=clinic, first_name="Ada", last_name=f"Number {number}")
    page = browser.post(f"{one}/dates/", {"q": "ada"}).text
    assert (page.count("?client="), "And 2 more" in page) == (20, True)
    stranger = ClientFactory(clinic=ClinicFactory())
    asked = (str(stranger.pk), "0", "²", "")
    assert [browser.get(f"{one}/dates/", {"client": who}).status_code for who in asked] == [404] * 4


def test_a_draft_that_changes_nothing_is_not_offered_to_be_published(browser, one):
    page = browser.get(f"{one}/publish/").text
    assert ("This draft says what is in force already." in page, "Why it changes" in page) == (True, False)


def test_of_many_courses_the_first_changes_stand_there_and_all_on_demand(browser, owner, clinic, course, monkeypatch):
    monkeypatch.setattr("treatments.followups.admin.schedules.SHOWN", 1)
    for name in ("Bea", "Cleo"):
        running_course(ClientFactory(clinic=clinic, first_name=name))
    page = f"{LIST}{Writer(owner).change('week_4', hour='15:30').version.pk}/publish/"
    first, every = (browser.get(f"{page}{asked}") for asked in ("", "?all"))
    assert [said in first.text for said in ("Would change: 3.", "And 2 more.", 'href="?all"')] == [True] * 3
    assert [len(shown.context["preview"]) for shown in (first, every)] == [1, 3]
    assert ("more." in every.text, first.text.count('name="chosen"')) == (False, 3)
