"""The parts of the form: what is asked when, what is said where something is missing, and that nothing is lost."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client as Browser
from django.utils import timezone

from tests.treatments.screening.filling import AT_ONCE, PARTS, fields_of, link_to
from tests.treatments.screening.rows import TYPED, sent
from treatments.models import Draft, QuestionnaireVersion
from treatments.screening.questionnaire import default, fingerprint, snapshot
from treatments.screening.questionnaire.words import Option, Shown

TOMORROW = (timezone.now() + timedelta(days=2)).date().isoformat()
STOPPED = {"isotretinoin": "stopped"}
SECTION_OF = {question.key: question.section for question in default().questions}


@pytest.fixture
def screening(clinic, practitioner):
    return sent(clinic, practitioner, at=timezone.now())


@pytest.fixture
def address(screening):
    return link_to(screening)


def post(address, section, typed, browser=None, **rest):
    """Send one part, with everything on it that is not given answered harmlessly."""
    given = {name: value for name, value in TYPED.items() if name in fields_of(section)}
    return (browser or Browser()).post(f"{address}part/{section}/", given | typed | rest)


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        ({"date_of_birth": TOMORROW}, "date_of_birth", "lies in the future"),
        ({"date_of_birth": "1899-12-31"}, "date_of_birth", "check the year of your birth"),
        ({"date_of_birth": "31/02/1985"}, "date_of_birth", "write the whole date"),
        ({"date_of_birth": ""}, "date_of_birth", "write the whole date"),
        ({"pregnant": ""}, "pregnant", "Please choose an answer"),
        ({"pregnant": "perhaps"}, "pregnant", "Please choose an answer"),
        ({"hopes": ["gold"]}, "hopes", "Please choose an answer"),
        (STOPPED, "isotretinoin_stop_date", "give the date, or tick"),
        (STOPPED | {"isotretinoin_stop_date": TOMORROW}, "isotretinoin_stop_date", "lies in the future"),
        (STOPPED | {"isotretinoin_stop_date": "1980-01-01"}, "isotretinoin_stop_date", "before your date of birth"),
        (STOPPED | {"isotretinoin_stop_date": "soon"}, "isotretinoin_stop_date", "write the whole date"),
        (
            STOPPED | {"isotretinoin_stop_date": "2020-01-01", "isotretinoin_stop_date_unsure": "on"},
            "isotretinoin_stop_date",
            "not both",
        ),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(address, typed, field, words):
    browser = Browser()
    post(address, "about_you", {}, browser)
    section = SECTION_OF.get(next(iter(typed)), "about_you")
    response = post(address, section, typed | AT_ONCE, browser)
    form, page = response.context["form"], response.content.decode()
    assert (response.status_code, list(form.errors), words in str(form.errors)) == (422, [field], True)
    assert (f'id="id_{field}_error"' in page, "<title>Error:" in page) == (True, True)
    kept = {name: value for name, value in Draft.objects.get().answers.items() if name in typed}
    assert kept == {name: value for name, value in typed.items() if value}


def test_every_description_and_every_link_in_the_summary_leads_somewhere(address):
    browser = Browser()
    for section in PARTS:
        page = browser.post(f"{address}part/{section}/", {"filler": "yes"} | AT_ONCE).content.decode()
        ids = re.findall(r'id="([^"]+)"', page)
        wanted = {i for found in re.findall(r'aria-(?:describedby|labelledby)="([^"]+)"', page) for i in found.split()}
        wanted |= set(re.findall(r'href="#([^"]+)"', page)) | set(re.findall(r'for="([^"]+)"', page))
        assert (len(wanted) > 10, wanted - set(ids), len(ids) - len(set(ids))) == (True, set(), 0)


def test_each_part_says_where_it_stands(address):
    page = Browser().get(f"{address}part/skin_now/").content.decode()
    assert "<title>Part 2 of 9: Your skin now" in page
    assert '<progress value="2" max="9" aria-labelledby="progress"></progress>' in page


def test_nothing_is_chosen_beforehand(address):
    pages = [Browser().get(f"{address}part/{section}/").content.decode() for section in PARTS]
    assert [re.findall(r" checked| selected", page) for page in pages] == [[]] * 9


def test_without_the_script_follow_ups_come_on_the_next_page(address):
    browser = Browser()
    post(address, "about_you", {}, browser)
    typed = {"filler": "yes", "deep_resurfacing": "yes"}
    first = post(address, "treatments", typed, browser)
    more = browser.get(first["Location"])
    assert first["Location"] == f"{address}part/treatments/more/"
    names = ["filler_date", "filler_date_unsure", "deep_resurfacing_date", "deep_resurfacing_date_unsure"]
    assert list(more.context["form"].fields) == [*names, "deep_resurfacing_text"]
    assert ("hidden>" in more.content.decode().split("<form")[1].split("go")[0].replace('type="hidden"', "")) is False
    wrong = browser.post(first["Location"], {"filler_date": "2026-01-01"})
    assert (wrong.status_code, list(wrong.context["form"].errors)) == (422, ["deep_resurfacing_date"])
    right = browser.post(first["Location"], {"filler_date": "2026-01-01", "deep_resurfacing_date_unsure": "on"})
    assert right["Location"] == f"{address}part/sun_and_care/"


def test_where_nothing_follows_the_next_part_comes(address):
    browser = Browser()
    gone_on = post(address, "about_you", {}, browser)["Location"]
    skipped = browser.get(f"{address}part/about_you/more/")["Location"]
    assert (gone_on, skipped) == (f"{address}part/skin_now/",) * 2


def test_a_date_left_over_from_another_answer_is_no_mistake(address):
    typed = {"isotretinoin": "never", "isotretinoin_stop_date": "rubbish"} | AT_ONCE
    assert post(address, "medicines", typed).status_code == 302


def test_advice_is_given_with_the_answer(address):
    key, option = next((q.key, o) for q in default().questions for o in q.options if o.advice)
    browser = Browser()
    page = browser.get(f"{address}part/{SECTION_OF[key]}/").content.decode()
    assert f'role="status" data-when="{key}={option.value}" hidden>' in page
    post(address, SECTION_OF[key], {key: option.value}, browser)
    later = browser.get(f"{address}part/{SECTION_OF[key]}/more/")
    assert option.advice.replace("'", "&#x27;") in later.content.decode()


def versions_question(clinic, by, key="melasma", **changed):
    """A version of the clinic's in which one question is asked otherwise."""
    asked = [replace(q, **changed) if q.key == key else q for q in default().questions]
    content = snapshot(replace(default(), questions=tuple(asked)))
    QuestionnaireVersion.objects.create(
        clinic=clinic,
        number=1,
        content=content,
        fingerprint=fingerprint(content),
        begun_at=timezone.now(),
        begun_by=by.user,
        reason="Asked less.",
        approved_by="A doctor",
        published_at=timezone.now(),
        published_by=by.user,
    )


def test_a_question_that_an_earlier_part_asks_for_is_not_there_otherwise(clinic, practitioner, address):
    versions_question(clinic, practitioner, shown=(Shown("acne", ("mild",)),), required=True)
    browser, there = Browser(), []
    for acne in ("none", "mild"):
        post(address, "skin_conditions", {"acne": acne} | AT_ONCE, browser)
        there.append('name="melasma"' in browser.get(f"{address}part/sun_and_care/").content.decode())
    assert there == [False, True]


def test_a_question_that_the_same_part_asks_for_follows_it(clinic, practitioner, address):
    versions_question(clinic, practitioner, shown=(Shown("pih_history", ("yes",)),), required=True)
    browser = Browser()
    page = browser.get(f"{address}part/sun_and_care/").content.decode()
    assert 'data-when="pih_history=yes" hidden>' in page
    typed = {"pih_history": "yes", "melasma": ""}
    bare = post(address, "sun_and_care", typed, browser)
    more = browser.post(bare["Location"], {})
    at_once = post(address, "sun_and_care", typed | AT_ONCE, browser)
    errors = [list(answer.context["form"].errors) for answer in (more, at_once)]
    assert (bare.status_code, errors) == (302, [["melasma"], ["melasma"]])


def test_a_lost_cookie_loses_nothing(address):
    browser = Browser(enforce_csrf_checks=True)
    refused = post(address, "about_you", AT_ONCE, browser)
    page = refused.content.decode()
    assert ("Please press the button again" in page, 'value="1985-05-17"' in page, Draft.objects.count()) == (
        True,
        True,
        0,
    )
    again = post(address, "about_you", AT_ONCE, browser, csrfmiddlewaretoken=str(refused.context["csrf_token"]))
    assert again.status_code == 302


def test_an_empty_post_is_a_form_with_errors(address):
    assert Browser().post(f"{address}part/skin_now/").status_code == 422


def test_options_are_escaped(clinic, practitioner, address):
    evil = Option("<i>", "<script>alert(1)</script>")
    versions_question(clinic, practitioner, "pregnant", options=(*default().by_key["pregnant"].options, evil))
    page = Browser().get(f"{address}part/about_you/").content.decode()
    assert ("<script>alert" in page, "&lt;script&gt;alert" in page) == (False, True)
