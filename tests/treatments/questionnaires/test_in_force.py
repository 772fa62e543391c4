"""What publishing means for forms that are out, and for answers that were given before."""

import pytest
from django.test import Client as Browser
from django.utils import timezone
from django_scopes import scope

from tests.factories import ClinicFactory
from tests.treatments.questionnaires.versions import OWN, Writer, forbids, newest
from tests.treatments.screening.filling import AT_ONCE, SIGNED, fill_in, fill_in_and_send, link_to
from tests.treatments.screening.rows import TYPED, accepted, sent, submitted
from treatments.models import Draft
from treatments.screening.models import QuestionnaireVersion, Screening
from treatments.screening.questionnaire import default, fingerprint, snapshot

ASKED = "Do you use one?"


@pytest.fixture
def screening(clinic, practitioner):
    return sent(clinic, practitioner, at=timezone.now())


@pytest.fixture
def address(screening):
    return link_to(screening)


def judged(screening):
    return screening.outcome, screening.defer_until, screening.reasons, screening.notes, screening.questionnaire


def test_a_form_that_is_out_asks_the_new_version_at_once(owner, address):
    before = Browser().get(f"{address}part/about_you/").content.decode()
    Writer(owner).add().retire("pregnant").publish()
    after = Browser().get(f"{address}part/about_you/").content.decode()
    assert [ASKED in before, ASKED in after] == [False, True]
    words = default().by_key["pregnant"].words
    assert [words in before, words in after] == [True, False]


def test_a_draft_and_a_version_that_is_only_written_change_nothing_for_clients(owner, address):
    Writer(owner).add()
    assert ASKED not in Browser().get(f"{address}part/about_you/").content.decode()


def test_a_draft_begun_before_is_sent_with_the_version_in_force(owner, address):
    browser = fill_in(address)
    Writer(owner).retire("smoker").publish()
    assert browser.get(f"{address}check/").status_code == 200
    page = browser.post(f"{address}check/", SIGNED, follow=True)
    kept = Screening.objects.get()
    assert (page.status_code, kept.state, "smoker" in kept.answers) == (200, "submitted", False)
    assert (kept.questionnaire, kept.questionnaire_hash) == (newest().content, newest().fingerprint)
    assert Draft.objects.count() == 0


def test_nobody_signs_other_words_than_they_have_read(owner, address):
    browser = fill_in(address)
    read = {"asked": browser.get(f"{address}check/").context["asked"]}
    Writer(owner).retire("smoker").publish()
    again = browser.post(f"{address}check/", SIGNED | read)
    assert (again.status_code, Screening.objects.get().state) == (422, "sent")
    assert len(again.context["form"].non_field_errors()) == 1
    read = {"asked": again.context["asked"]}
    assert browser.post(f"{address}check/", SIGNED | read).status_code == 302
    assert Screening.objects.get().questionnaire_hash == read["asked"]


def test_an_answer_that_is_gone_does_not_stop_the_client(owner, screening, address):
    browser = fill_in(address)
    Draft.objects.update(answers=Draft.objects.get().answers | {"asked_long_ago": "yes", "pregnant": "twins"})
    Writer(owner).retire("smoker").publish()
    pages = [browser.get(where) for where in (address, f"{address}check/", f"{address}part/about_you/")]
    assert [page.status_code for page in pages] == [200, 200, 200]
    assert browser.post(f"{address}check/", SIGNED).status_code == 422


def test_a_new_question_sends_the_client_back_before_they_sign(owner, address):
    browser = fill_in(address)
    Writer(owner).add().publish()
    refused = browser.post(f"{address}check/", SIGNED)
    assert (refused.status_code, Screening.objects.get().state) == (422, "sent")
    assert f"part/about_you/?then=check#div_id_{OWN}" in refused.content.decode()
    typed = {"date_of_birth": TYPED["date_of_birth"], OWN: "yes"} | AT_ONCE
    browser.post(f"{address}part/about_you/?then=check", about_you(typed))
    browser.post(f"{address}check/", SIGNED)
    kept = Screening.objects.get()
    assert (kept.state, kept.answers[OWN], kept.reasons[0]["key"]) == ("submitted", "yes", OWN)


def test_a_page_whose_questions_are_all_retired_leads_on(owner, address):
    browser, writer = Browser(), Writer(owner)
    browser.get(f"{address}part/about_you/")
    for question in default().questions:
        if question.section == "about_you":
            writer.retire(question.key)
    writer.publish()
    for page in ("part/about_you/", "part/about_you/more/"):
        answer = browser.post(address + page, AT_ONCE)
        assert (answer.status_code, answer["Location"]) == (302, f"{address}part/skin_now/")
    assert "date_of_birth" in browser.get(f"{address}part/skin_now/").context["form"].fields


def about_you(typed):
    """Every question of the first page in the version in force, harmless but for what is typed."""
    asked = QuestionnaireVersion.objects.in_force().questions
    return {q.key: TYPED[q.key] for q in asked if q.section == "about_you" and q.key in TYPED} | typed


def test_old_answers_keep_their_words_and_their_outcome(clinic, owner, practitioner, signed_in):
    said = {"isotretinoin": "stopped", "isotretinoin_stop_date": "2020-01-01"}
    kept = [
        submitted(clinic, practitioner, at=timezone.now(), answers={"isotretinoin": "taking"}),
        accepted(clinic, practitioner, at=timezone.now(), answers=said),
    ]
    before = [judged(screening) for screening in kept]
    Writer(owner).add().retire("pregnant").rules("isotretinoin", forbids).publish()
    fresh = [Screening.objects.get(pk=screening.pk) for screening in kept]
    assert [judged(screening) for screening in fresh] == before
    again = [screening.assess(on=timezone.localdate()) for screening in fresh]
    assert [str(found.outcome) for found in again] == [screening.outcome for screening in fresh]
    assert {screening.questionnaire_hash for screening in fresh} == {fingerprint(snapshot(default()))}
    browser = signed_in(practitioner)
    for screening in kept:
        page = browser.get(f"/admin/treatments/screening/{screening.pk}/review/").content.decode()
        assert (default().by_key["pregnant"].words in page, ASKED in page) == (True, False)


def test_new_answers_are_judged_by_the_new_rules(clinic, owner, address):
    Writer(owner).rules("isotretinoin", forbids).publish()
    fill_in_and_send(address, TYPED | {"isotretinoin": "stopped", "isotretinoin_stop_date": "2020-01-01"})
    assert Screening.objects.get().outcome == "contraindicated"


def test_another_clinic_keeps_its_own(owner, address):
    Writer(owner).add().publish()
    with scope(clinic=ClinicFactory()):
        assert QuestionnaireVersion.objects.in_force() == default()


def test_a_clinics_own_words_are_marked_with_its_language(owner, address):
    page = f"{address}part/about_you/?language="
    Writer(owner).add().publish()
    german, english = (Browser().get(page + language).content.decode() for language in ("de", "en"))
    assert f'<legend lang="en">{ASKED}</legend>' in german
    assert german.count('<legend lang="en">') == 1
    assert 'lang="en">Yes</label>' not in german  # the portal translates the answer
    assert f"<legend>{ASKED}</legend>" in english
