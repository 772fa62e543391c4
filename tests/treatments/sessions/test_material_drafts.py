"""What is typed of materials and aftercare is kept until it is saved, and two people never write over each other."""

from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from tests.factories import NOON, MembershipFactory
from tests.treatments.sessions.conftest import refusal, start
from tests.treatments.sessions.recorded import ended, sign, whole, write
from treatments.models import Closing, SessionDraft
from treatments.sessions.forms.materials import MaterialsForm
from treatments.sessions.services import cancel_session
from treatments.sessions.services.drafts import keep_draft
from treatments.sessions.terms import DraftPage


def page(session, verb="materials"):
    return reverse(f"admin:treatments_session_{verb}", args=[session.pk])


def keep(ready, words="Pink", by=None, copy="one", **more):
    said = {"page": DraftPage.MATERIALS, "copy": copy, "fields": {"skin_words": [words]}} | more
    return keep_draft(session=ready.session, **said, by=by or ready.by, at=NOON)


def sent(browser, ready, copy="one", **typed):
    return browser.post(f"{page(ready.session, 'materials_draft')}?typed", {"copy": copy} | typed)


def texts():
    return sorted(draft.fields["skin_words"][0] for draft in SessionDraft.objects.written())


def skin(session):
    return session.closing.skin_words


def test_what_was_typed_comes_back_and_is_not_checked_yet(begun, signed_in):
    browser = signed_in(begun.member)
    assert sent(browser, begun, skin_words="Half a sen", cream_grams="5", told_by="").status_code == 200
    opened = browser.get(page(begun.session))
    form = opened.context["form"]
    assert [form[name].value() for name in ("skin_words", "cream_grams", "told_by")] == ["Half a sen", "5", ""]
    assert (form.errors, "This is the draft of" in opened.content.decode()) == ({}, True)


def test_what_was_sent_is_newer_than_what_was_kept(begun):
    sent, kept = (QueryDict(f"skin_words={words}") for words in ("New", "Old"))
    given = {"session": begun.session, "at": timezone.now()}
    assert MaterialsForm(sent, restored=kept, **given)["skin_words"].value() == "New"
    assert MaterialsForm(None, restored=kept, **given)["skin_words"].value() == "Old"


def test_what_is_refused_is_kept_and_what_is_saved_is_a_draft_no_more(begun, signed_in):
    browser = signed_in(begun.member)
    browser.post(page(begun.session), {"copy": "one", "skin_words": "Pink", "cream_grams": "5"})
    assert texts() == ["Pink"]
    browser.post(page(begun.session), {"copy": "one", "skin_words": "Pink"})
    assert (texts(), skin(begun.session)) == ([], "Pink")


def test_each_page_has_drafts_of_its_own(begun, signed_in):
    keep_draft(session=begun.session, copy="two", fields={"notes": ["Calm"]}, by=begun.by, at=NOON)
    keep(begun)
    browser = signed_in(begun.member)
    shown = browser.get(page(begun.session, "change")).content.decode()
    assert ("A draft of the record" in shown, "A draft of materials and aftercare" in shown) == (True, True)
    browser.post(page(begun.session), {"copy": "one", "skin_words": "Pink"})
    assert [draft.page for draft in SessionDraft.objects.all()] == ["complete"]


def test_nobody_saves_over_another_text_without_having_seen_both(begun, colleague, signed_in):
    sent(signed_in(colleague), begun, copy="two", skin_words="Theirs")
    browser = signed_in(begun.member)
    told = browser.post(page(begun.session), {"copy": "one", "skin_words": "Mine"})
    assert f"{colleague} wrote something else. Look at both texts below" in told.content.decode()
    assert (texts(), Closing.objects.exists()) == (["Mine", "Theirs"], False)
    digest = told.context["drafts"].digest
    browser.post(page(begun.session), {"copy": "one", "skin_words": "Mine", "others": digest})
    assert (skin(begun.session), texts()) == ("Mine", [])


def test_whoever_still_writes_when_it_is_saved_keeps_their_text_and_sees_the_record_beside_it(
    begun, colleague, signed_in
):
    theirs, opened = signed_in(colleague), signed_in(begun.member).get(page(begun.session)).context["form"].stored
    write(begun, ended=ended(begun.by, skin_words="Saved"))
    words = sent(theirs, begun, skin_words="Theirs", opened=opened).json()["words"]
    assert words[0].startswith(f"{begun.by} wrote something else, saved at ")
    assert words[0].endswith("You will see both before you save.")
    shown = theirs.get(page(begun.session))
    found = {one.name: (one.mine, one.theirs) for one in shown.context["drafts"].others[0].differences}
    assert (found["skin_words"], "saved the record on" in shown.content.decode()) == (("Theirs", "Saved"), True)
    told = theirs.post(page(begun.session), {"copy": "one", "skin_words": "Theirs", "opened": opened})
    assert (skin(begun.session), told.context["form"].is_valid()) == ("Saved", False)


def test_what_the_record_says_is_taken_over_field_by_field(begun, signed_in):
    browser = signed_in(begun.member)
    opened = browser.get(page(begun.session)).context["form"].stored
    write(begun, ended=ended(begun.by, skin_words="Saved"))
    said = {"copy": "one", "skin_words": "Mine", "skin_itch": "mild", "opened": opened}
    browser.post(page(begun.session), said | {"merge": "1", "take": ["record:skin_words", "record:spoken"]})
    form = browser.get(page(begun.session)).context["form"]
    assert [form[name].value() for name in ("skin_words", "spoken", "skin_itch")] == ["Saved", True, "mild"]


def test_a_form_that_says_what_the_record_says_is_told_of_nobody(begun, signed_in):
    browser = signed_in(begun.member)
    opened = browser.get(page(begun.session)).context["form"].stored
    write(begun, ended=ended(begun.by, skin_words="Saved"))
    said = {"skin_words": "Saved", "skin_erythema": "mild", "spoken": "on", "told": ["water"]}
    said |= {"told_by": begun.member.pk, "opened": opened}
    assert browser.post(page(begun.session), said).status_code == 302


def test_a_signature_points_out_what_is_not_saved_and_ends_the_drafts(ready, signed_in):
    whole(ready)
    keep(ready, words="Forgotten")
    words = f"{ready.by} typed something on “Materials and aftercare” and has not saved it."
    browser = signed_in(ready.member)
    assert words in browser.get(page(ready.session, "sign")).content.decode()
    sign(ready)
    late = sent(browser, ready, skin_words="Late")
    assert (late.status_code, texts()) == (409, [])
    assert late.json()["words"].endswith("What you wrote is still on this page and is not in the record.")
    assert "This record is signed" in refusal(keep, ready)


def test_a_session_that_has_not_begun_or_is_cancelled_keeps_nothing(ready):
    assert "Only of a session that was started" in refusal(keep, ready)
    start(ready)
    keep(ready)
    cancel_session(session=ready.session, reason="Felt faint.", by=ready.by, at=NOON)
    assert (texts(), "Only of a session" in refusal(keep, ready)) == ([], True)


def test_the_front_desk_and_another_clinic_have_no_door_to_these_drafts(begun, front_desk, signed_in):
    stranger = signed_in(MembershipFactory(role="owner"))
    assert sent(signed_in(front_desk), begun, skin_words="Mine").status_code == 403
    assert (sent(stranger, begun, skin_words="Mine").status_code, texts()) == (404, [])
