"""What is typed of a record is kept before it is completed, and two people never write over each other."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from tests.factories import NOON, MembershipFactory, SessionDraftFactory
from tests.treatments.sessions.conftest import refusal
from treatments.models import SessionDraft
from treatments.sessions.services import cancel_session
from treatments.sessions.services.drafts import keep_draft, mark_of

SECOND = timedelta(seconds=1)


def page(session, verb="complete"):
    return reverse(f"admin:treatments_session_{verb}", args=[session.pk])


def keep(begun, copy="one", at=NOON, by=None, notes="Calm", **more):
    return keep_draft(session=begun.session, copy=copy, fields={"notes": [notes]}, by=by or begun.by, at=at, **more)


def sent(browser, begun, **typed):
    return browser.post(f"{page(begun.session, 'complete_draft')}?typed", {"copy": "one"} | typed)


def texts():
    return sorted(draft.fields.get("notes", [""])[0] for draft in SessionDraft.objects.all())


def test_a_window_keeps_one_copy_and_each_save_is_later(begun):
    first = keep(begun)
    again = keep(begun, notes="Calm, pink")
    assert (again.pk, texts(), again.saved_at > first.saved_at) == (first.pk, ["Calm, pink"], True)


def test_a_window_opened_on_an_earlier_copy_goes_on_with_it(begun):
    mark = mark_of(keep(begun))
    assert keep(begun, copy="two", continues="one", mark=mark, notes="More").copy == "two"
    assert texts() == ["More"]


def test_what_no_database_holds_is_left_out(begun, signed_in):
    said = {"copy": "o\0ne", "continues": "\0", "notes": "Ca\0lm", "no\0tes": "x"}
    assert sent(signed_in(begun.member), begun, **said).status_code == 200
    assert (texts(), SessionDraft.objects.get().copy) == (["x"], "one")


def test_two_windows_on_the_same_copy_keep_both_texts(begun):
    mark = mark_of(keep(begun))
    keep(begun, copy="two", continues="one", mark=mark, notes="Tablet")
    keep(begun, copy="three", continues="one", mark=mark, notes="Desk")
    assert texts() == ["Desk", "Tablet"]


def test_nobody_writes_over_a_colleagues_copy(begun, colleague):
    keep(begun, notes="Mine")
    theirs = keep(begun, by=colleague.user, notes="Theirs")
    assert (texts(), theirs.copy == "one") == (["Mine", "Theirs"], False)


def test_a_page_that_was_only_open_is_forgotten(begun):
    said = {"session": begun.session, "fields": {}, "by": begun.by}
    keep_draft(copy="one", at=NOON, **said)
    keep_draft(copy="two", at=NOON + 700 * SECOND, **said)
    assert [draft.copy for draft in SessionDraft.objects.all()] == ["two"]


@pytest.mark.parametrize("nonsense", [{"copy": ""}, {"copy": "one"}, {"page": "start"}])
def test_the_database_refuses_a_copy_without_a_name_one_twice_and_of_no_page(begun, nonsense):
    keep(begun)
    with pytest.raises(IntegrityError), transaction.atomic():
        SessionDraftFactory(session=begun.session, **nonsense)


def test_what_was_typed_comes_back_whatever_its_field_and_is_not_checked_yet(begun, signed_in):
    browser = signed_in(begun.member)
    assert sent(browser, begun, notes="Half a sen", depth_cheeks="0.7", ended_at="").status_code == 200
    opened = browser.get(page(begun.session))
    form = opened.context["form"]
    assert (form["notes"].value(), form["depth_cheeks"].value(), form["done_cheeks"].value()) == (
        ("Half a sen", "0.7", False)
    )
    assert (form.errors, "This is the draft of" in opened.content.decode()) == ({}, True)


def test_opening_the_page_writes_nothing(begun, signed_in):
    signed_in(begun.member).get(page(begun.session))
    assert not SessionDraft.objects.exists()


def test_without_script_a_button_saves_and_the_session_page_leads_back(begun, signed_in):
    browser = signed_in(begun.member)
    answer = browser.post(page(begun.session), {"copy": "one", "notes": "Later", "save_draft": "1"}, follow=True)
    shown = answer.content.decode()
    assert "Your draft is saved. Nothing is completed yet." in shown
    assert "A draft of the record was saved" in shown
    assert texts() == ["Later"]


def test_a_refused_completion_is_kept_as_a_draft_too(begun, signed_in):
    signed_in(begun.member).post(page(begun.session), {"copy": "one", "notes": "Before the power cut"})
    assert texts() == ["Before the power cut"]


def whole(begun, **more):
    return {
        "copy": "one",
        "device": begun.device.pk,
        "cartridge_lot": "LOT-7",
        "ended_at": f"{timezone.localtime():%Y-%m-%dT%H:%M}",
        "notes": "Mine",
        "done_cheeks": "on",
        "depth_cheeks": "1.0",
    } | more


def test_a_colleague_is_told_who_writes_and_may_take_over(begun, colleague, signed_in):
    sent(signed_in(begun.member), begun, notes="Began this")
    browser = signed_in(colleague)
    shown = browser.get(page(begun.session)).content.decode()
    draft = SessionDraft.objects.get()
    assert f"{begun.member} has this page open too, and saved" in shown
    taken = browser.get(f"{page(begun.session)}?from={draft.pk}").context["form"]
    assert taken["notes"].value() == "Began this"


def test_each_save_says_who_else_has_the_page_open(begun, colleague, signed_in):
    mine, theirs = signed_in(begun.member), signed_in(colleague)
    theirs.post(page(begun.session, "complete_draft"), {"copy": "two"})
    assert sent(mine, begun, notes="Mine").json()["words"] == [f"{colleague} has this page open too."]
    words = sent(theirs, begun, copy="two", notes="Theirs").json()["words"]
    assert words[0].startswith(f"{begun.member} has this page open too, and wrote something else")


def test_nobody_completes_over_another_text_without_having_seen_both(begun, colleague, signed_in):
    sent(signed_in(colleague), begun, copy="two", notes="Theirs")
    browser = signed_in(begun.member)
    told = browser.post(page(begun.session), whole(begun))
    shown = told.content.decode()
    assert f"{colleague} wrote something else. Look at both texts below" in shown
    assert ("Mine" in shown, "Theirs" in shown, texts()) == (True, True, ["Mine", "Theirs"])
    digest = told.context["drafts"].digest
    browser.post(page(begun.session), whole(begun, others=digest))
    begun.session.refresh_from_db()
    assert (begun.session.state, begun.session.notes, texts()) == ("completed", "Mine", [])


def test_a_tick_counts_only_for_the_text_that_was_shown(begun, colleague, signed_in):
    theirs, browser = signed_in(colleague), signed_in(begun.member)
    sent(theirs, begun, copy="two", notes="Theirs")
    digest = browser.post(page(begun.session), whole(begun)).context["drafts"].digest
    sent(theirs, begun, copy="two", notes="Theirs, and more")
    browser.post(page(begun.session), whole(begun, others=digest))
    begun.session.refresh_from_db()
    assert begun.session.state == "in_progress"


def test_fields_of_the_other_text_are_taken_over_one_by_one(begun, colleague, signed_in):
    sent(signed_in(colleague), begun, copy="two", notes="Theirs", depth_cheeks="0.5")
    theirs, browser = SessionDraft.objects.get(), signed_in(begun.member)
    browser.post(page(begun.session), whole(begun, merge="1", take=[f"{theirs.pk}:notes"]))
    form = browser.get(page(begun.session)).context["form"]
    assert (form["notes"].value(), form["depth_cheeks"].value()) == ("Theirs", "1.0")
    assert texts() == ["Theirs", "Theirs"]


def test_once_it_is_completed_or_cancelled_the_drafts_go_and_nothing_is_kept(begun, colleague, signed_in):
    mine, theirs = signed_in(begun.member), signed_in(colleague)
    mine.post(page(begun.session), whole(begun))
    assert not SessionDraft.objects.exists()
    late = sent(theirs, begun, copy="two", notes="Late")
    words = (
        f"This session is completed by {begun.member}. What you wrote is still on this page and is not in the record."
    )
    assert (late.status_code, late.json()) == (409, {"words": words})
    assert "Only a session that was started" in refusal(keep, begun)


def test_a_cancelled_session_keeps_no_draft(begun):
    keep(begun)
    cancel_session(session=begun.session, reason="Felt faint.", by=begun.by, at=NOON)
    assert not SessionDraft.objects.exists()


def test_the_front_desk_and_another_clinic_have_no_door_to_drafts(begun, front_desk, signed_in):
    keep(begun)
    stranger = signed_in(MembershipFactory(role="owner"))
    assert signed_in(front_desk).post(page(begun.session, "complete_draft")).status_code == 403
    assert (stranger.post(page(begun.session, "complete_draft")).status_code, texts()) == (404, ["Calm"])
