from datetime import timedelta

import pytest
from django.utils import timezone
from django_scopes import scope

from tests.factories import (
    NOON,
    AlertFactory,
    ClientFactory,
    ClinicFactory,
    MembershipFactory,
    ReplyFactory,
    UserFactory,
)
from treatments.followups.models import Alert, Reply


def red_flag(clinic, name="Canary", **facts):
    client = ClientFactory(clinic=clinic, first_name=name, last_name="Finch", phone="+44 7700 900123")
    reply = ReplyFactory(
        followup__session__plan__client=client,
        urgency="urgent",
        red_flags=["pus"],
        answers={"signs": ["pus"], "comment": "It hurts"},
        transcript=[["Do you have any of these?", "Pus, or yellow crusts"], ["Anything else?", "It hurts"]],
    )
    return AlertFactory(reply=reply, **facts)


def acted_on(clinic, name):
    return red_flag(clinic, name, acknowledged_at=NOON, acknowledged_by=UserFactory(full_name="Dee"), note="Called.")


def test_red_flags_that_wait_come_first_the_most_pressing_on_top(clinic, practitioner, signed_in):
    acted_on(clinic, "Acted")
    red_flag(clinic, "Later", act_by=timezone.now() + timedelta(hours=9))
    red_flag(clinic, "Sooner", act_by=timezone.now() - timedelta(hours=1))
    page = signed_in(practitioner).get("/admin/treatments/alert/").text
    places = [page.index(f"{name} Finch") for name in ("Sooner", "Later", "Acted")]
    assert places == sorted(places)
    assert [word in page for word in ("Overdue", "Waiting", "by Dee", "badge-bad")] == [True] * 4


def test_a_red_flag_shows_whom_to_call_and_what_was_answered(clinic, practitioner, signed_in):
    alert = red_flag(clinic)
    page = signed_in(practitioner).get(f"/admin/treatments/alert/{alert.pk}/change/").text
    wanted = ['href="tel:+447700900123"', "Canary Finch", "Pus or yellow crusts", "Pus, or yellow crusts", "It hurts"]
    assert [words for words in wanted if words not in page] == []


def test_acting_takes_a_note_and_takes_the_red_flag_off_the_list(clinic, practitioner, signed_in):
    alert = red_flag(clinic)
    browser, page = signed_in(practitioner), f"/admin/treatments/alert/{alert.pk}/acknowledge/"
    assert "I have acted" in browser.get(page).text
    assert "Write down what you did" in browser.post(page, {"note": " "}).text
    assert Alert.objects.waiting().count() == 1
    said = browser.post(page, {"note": "Called at 14:10."}, follow=True).text
    assert "It is noted that you acted on the answers of Canary Finch." in said
    assert "Called at 14:10." in said
    assert Alert.objects.waiting().count() == 0


def test_one_tap_is_a_note_and_words_are_added_to_it(clinic, practitioner, signed_in):
    browser = signed_in(practitioner)
    for name, note in (("One", ""), ("Two", "At 14:10.")):
        page = f"/admin/treatments/alert/{red_flag(clinic, name).pk}/acknowledge/"
        assert 'value="Called: nothing to worry about"' in browser.get(page).text
        browser.post(page, {"said": "Called: nothing to worry about", "note": note})
    notes = list(Alert.objects.order_by("pk").values_list("note", flat=True))
    assert notes == ["Called: nothing to worry about", "Called: nothing to worry about\nAt 14:10."]


def test_what_no_button_says_is_no_note(clinic, practitioner, signed_in):
    alert = red_flag(clinic)
    page = signed_in(practitioner).post(f"/admin/treatments/alert/{alert.pk}/acknowledge/", {"said": "Nothing"})
    assert ("Write down what you did" in page.text, Alert.objects.waiting().count()) == (True, 1)


def test_the_page_to_act_on_says_whom_to_call_what_was_said_and_that_it_was_passed_on(clinic, practitioner, signed_in):
    alert = red_flag(clinic, escalated_at=NOON)
    Reply.objects.update(number=2)
    page = signed_in(practitioner).get(f"/admin/treatments/alert/{alert.pk}/acknowledge/").text
    wanted = [
        "+44 7700 900123",
        "Pus or yellow crusts",
        "It hurts",
        "Passed on to the owner on 1 Jun 2026",
        "Added later",
    ]
    assert [words for words in wanted if words not in page] == []


def test_what_was_acted_on_already_says_so_in_place_of_the_form(clinic, practitioner, signed_in):
    page = signed_in(practitioner).get(f"/admin/treatments/alert/{acted_on(clinic, 'Acted').pk}/acknowledge/").text
    assert ("Somebody has already acted on this." in page, "<textarea" in page) == (True, False)


def test_answers_that_were_added_later_say_so_in_the_list(clinic, practitioner, signed_in):
    ReplyFactory(followup__session__plan__client__clinic=clinic, number=2)
    assert "Day 3 (added later)" in signed_in(practitioner).get("/admin/treatments/reply/").text


def test_whoever_comes_second_is_told_and_keeps_what_they_typed(clinic, practitioner, signed_in):
    alert = acted_on(clinic, "Acted")
    page = signed_in(practitioner).post(f"/admin/treatments/alert/{alert.pk}/acknowledge/", {"note": "My words"}).text
    assert "Somebody has already acted on this." in page
    assert "My words" in page


def test_looking_changes_nothing(clinic, practitioner, signed_in):
    alert = red_flag(clinic)
    browser = signed_in(practitioner)
    for page in ("", "change/", "acknowledge/"):
        browser.get(f"/admin/treatments/alert/{alert.pk}/{page}")
    assert Alert.objects.waiting().count() == 1


def addresses(alert):
    return [
        "/admin/treatments/alert/",
        f"/admin/treatments/alert/{alert.pk}/change/",
        f"/admin/treatments/alert/{alert.pk}/acknowledge/",
        "/admin/treatments/reply/",
        f"/admin/treatments/reply/{alert.reply_id}/change/",
    ]


def test_the_front_desk_sees_no_answers(clinic, front_desk, signed_in):
    browser, pages = signed_in(front_desk), addresses(red_flag(clinic))
    assert [browser.get(page).status_code for page in pages] == [403] * 5
    assert browser.post(pages[2], {"note": "Called."}).status_code == 403
    assert Alert.objects.waiting().count() == 1


def test_another_clinics_red_flags_and_answers_are_not_there(clinic, practitioner, signed_in):
    other = ClinicFactory()
    with scope(clinic=other):
        alert = red_flag(other)
    browser, pages = signed_in(practitioner), addresses(alert)
    answers = [browser.get(page) for page in pages]
    assert [answer.status_code for answer in answers] == [200, 404, 404, 200, 404]
    assert [answer for answer in answers if "Canary" in answer.text] == []
    assert browser.post(pages[2], {"note": "Called."}).status_code == 404
    with scope(clinic=other):
        assert Alert.objects.waiting().count() == 1


@pytest.mark.parametrize("model", ["alert", "reply"])
def test_nobody_adds_changes_or_deletes_what_clients_said(clinic, owner, signed_in, model):
    alert = red_flag(clinic)
    pk = alert.pk if model == "alert" else alert.reply_id
    browser = signed_in(owner)
    assert browser.get(f"/admin/treatments/{model}/add/").status_code == 403
    assert browser.get(f"/admin/treatments/{model}/{pk}/delete/").status_code == 403
    browser.post(f"/admin/treatments/{model}/{pk}/change/", {"urgency": "none", "note": "x"})
    alert.refresh_from_db()
    assert (alert.urgency, alert.note, alert.reply.urgency) == ("urgent", "", "urgent")


@pytest.mark.parametrize("model", ["alert", "reply"])
def test_a_list_of_three_costs_no_more_questions_than_one(
    clinic, practitioner, signed_in, model, django_assert_max_num_queries
):
    browser, page = signed_in(practitioner), f"/admin/treatments/{model}/"
    acted_on(clinic, "One")
    with django_assert_max_num_queries(100) as one:
        browser.get(page)
    acted_on(clinic, "Two"), acted_on(clinic, "Three")
    with django_assert_max_num_queries(len(one)):
        browser.get(page)


def test_an_answer_can_be_read_in_full(clinic, signed_in):
    alert = red_flag(clinic)
    page = signed_in(MembershipFactory(clinic=clinic)).get(f"/admin/treatments/reply/{alert.reply_id}/change/").text
    wanted = ["Canary Finch", "Pus, or yellow crusts", "It hurts", f"/admin/treatments/alert/{alert.pk}/change/"]
    assert [words for words in wanted if words not in page] == []
