"""What a practitioner decides, on which terms, and what is kept of it."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from clients.models import Message
from portal.models import AuditEvent
from tests.factories import NOON, ClientFactory
from tests.treatments.screening.rows import OWN_ANSWERS, PLANNED, accepted, sent, submitted
from treatments.models import Screening
from treatments.screening import services
from treatments.screening.models import Decision, Draft, Letter, Query

LIST = "/admin/treatments/screening/"
OWN = {"own_expectations": "realistic"}
PDF = b"%PDF-1.7 a letter"
BLEEDS = {"blood_thinners": "prescribed"}


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def letter():
    return SimpleUploadedFile("letter.pdf", PDF, content_type="application/pdf")


def page_of(screening, verb):
    return f"{LIST}{screening.pk}/{verb}/"


def accept(screening, by, **terms):
    return services.accept_screening(
        screening=screening, **{"own_answers": OWN_ANSWERS} | terms, by=by.user, at=NOON + timedelta(hours=1)
    )


def test_a_clean_client_with_realistic_hopes_needs_no_reason(clinic, practitioner):
    decision = accept(submitted(clinic, practitioner), practitioner)
    assert (decision.kind, decision.outcome, decision.own_answers, decision.reason, decision.areas) == (
        "accepted",
        "suitable",
        OWN_ANSWERS,
        "",
        ["cheeks"],
    )


def test_an_answer_that_asks_for_a_letter_is_not_accepted_without_its_file(clinic, practitioner):
    screening = submitted(clinic, practitioner, answers=BLEEDS)
    for terms in ({}, {"conditions": ["letter"]}, {"letters": [letter()]}):
        with pytest.raises(services.LetterNeeded, match="letter is needed for"):
            accept(screening, practitioner, reason="GP agrees.", **terms)
    accept(screening, practitioner, reason="GP agrees.", conditions=["letter"], letters=[letter()])
    kept = Letter.objects.get()
    assert (kept.file.read(), len(kept.sha256), Decision.objects.get().kind) == (PDF, 64, "with_conditions")


@pytest.mark.parametrize(
    ("terms", "refusal"),
    [
        ({"conditions": ["lower_depth"]}, services.LowerDepthNeeded),
        ({"conditions": ["lower_depth"], "max_depth_mm": Decimal("1.50")}, services.LowerDepthNeeded),
        ({"max_depth_mm": Decimal("1.00")}, services.LowerDepthNeeded),
        ({"conditions": ["avoid"]}, services.WordsNeeded),
        ({"conditions": ["letter"]}, services.LetterNeeded),
    ],
)
def test_half_a_condition_is_refused(clinic, practitioner, terms, refusal):
    with pytest.raises(refusal):
        accept(submitted(clinic, practitioner), practitioner, **terms)
    assert Decision.objects.count() == 0


def test_a_deeper_plan_is_re_assessed_and_holds_no_longer(clinic, practitioner):
    screening = accepted(clinic, practitioner)
    plan = PLANNED | {"areas": ["cheeks", "nose"], "max_depth_mm": Decimal("2.00")}
    services.reassess_screening(screening=screening, **plan, by=practitioner.user, at=NOON + timedelta(days=9))
    until = screening.valid_until
    screening.refresh_from_db()
    assert (screening.areas, screening.max_depth_mm, screening.valid_until, screening.decisions.count()) == (
        ["cheeks", "nose"],
        Decimal("2.00"),
        until,
        2,
    )
    last = AuditEvent.objects.filter(subject_type="screening").latest("sequence")
    assert last.action == "screening.reassessed"


def test_a_letter_on_file_answers_for_what_it_came_for_alone(clinic, practitioner):
    screening = submitted(clinic, practitioner, answers=BLEEDS)
    accept(screening, practitioner, reason="GP agrees.", conditions=["letter"], letters=[letter()])
    screening.answers |= {"skin_cancer": "past"}
    found = services.letters_for(screening, screening.assess(on=NOON.date()))
    assert (found.missing, found.on_file) == (["Skin cancer"], ["Blood thinners"])


def test_a_re_assessment_begins_with_the_conditions_so_far(clinic, practitioner, signed_in):
    screening, terms = submitted(clinic, practitioner, at=timezone.now()), ["test_patch", "lower_depth"]
    said = {"conditions": terms, "conditions_note": "Left ear.", "max_depth_mm": Decimal("0.50")}
    who = {"by": practitioner.user, "at": timezone.now()}
    services.accept_screening(screening=screening, own_answers=OWN_ANSWERS, **said, **who)
    form = signed_in(practitioner).get(page_of(screening, "reassess")).context["form"]
    assert (form["conditions"].value(), form["conditions_note"].value()) == (["test_patch"], "Left ear.")


def test_only_what_is_accepted_and_holds_is_re_assessed(clinic, practitioner):
    old, waiting = accepted(clinic, practitioner), submitted(clinic, practitioner)
    for screening, days in ((old, 185), (waiting, 1)):
        with pytest.raises(services.NotInForce):
            services.reassess_screening(
                screening=screening, **PLANNED, by=practitioner.user, at=NOON + timedelta(days=days)
            )


def test_a_question_goes_out_without_its_words(clinic, practitioner):
    screening = submitted(clinic, practitioner)
    query = services.ask_client(screening=screening, words="Which tablets?", by=practitioner.user, at=NOON)
    with pytest.raises(services.QuestionIsOut):
        services.ask_client(screening=screening, words="And now?", by=practitioner.user, at=NOON)
    message = Message.objects.get(kind="screening_question")
    assert (query.words, services.open_query(screening=screening), message.key) == (
        "Which tablets?",
        query,
        f"screening:{screening.pk}:{query.pk}:question",
    )


def test_withdrawing_deletes_what_the_client_had_begun(clinic, practitioner):
    screening = sent(clinic, practitioner)
    Draft.objects.create(clinic=clinic, screening=screening, begun_at=NOON, saved_at=NOON)
    services.withdraw_screening(screening=screening, by=practitioner.user, at=NOON)
    assert Draft.objects.count() == 0


def test_a_letter_is_uploaded_and_comes_back_as_a_download(clinic, practitioner, front_desk, signed_in):
    screening, browser = submitted(clinic, practitioner, at=timezone.now(), answers=BLEEDS), signed_in(practitioner)
    assert "A letter is needed" in browser.get(page_of(screening, "accept")).content.decode()
    typed = {"reason": "GP agrees.", "conditions": ["letter"], "letters": [letter()]} | OWN
    assert browser.post(page_of(screening, "accept"), typed)["Location"] == f"/admin/client/{screening.client_id}/"
    address = f"{LIST}letters/{Letter.objects.get().pk}/file/"
    response = browser.get(address)
    assert address in browser.get(page_of(screening, "review")).content.decode()
    assert (b"".join(response.streaming_content), response["Content-Disposition"]) == (
        PDF,
        'attachment; filename="letter.pdf"',
    )
    assert signed_in(front_desk).get(address).status_code == 403


def test_a_script_is_no_letter(clinic, practitioner, signed_in):
    screening = submitted(clinic, practitioner, at=timezone.now(), answers=BLEEDS)
    bad = SimpleUploadedFile("letter.pdf", b"<script>", content_type="application/pdf")
    typed = {"reason": "Yes.", "conditions": ["letter"], "letters": [bad]} | OWN
    page = signed_in(practitioner).post(page_of(screening, "accept"), typed).content.decode()
    assert ("not a PDF, a JPEG or a PNG" in page, Letter.objects.count()) == (True, 0)


def test_the_page_re_assesses_the_plan_it_shows(clinic, practitioner, signed_in):
    screening, browser = accepted(clinic, practitioner, at=timezone.now()), signed_in(practitioner)
    address = page_of(screening, "reassess") + "?areas=nose&device_kind=rf&max_depth_mm=1.00&topical_anaesthetic=on"
    page = browser.get(address).content.decode()
    assert ("a new area (Nose), radio frequency, numbing cream" in page) is True
    plan = {"areas": ["nose"], "device_kind": "rf", "max_depth_mm": "1.00", "topical_anaesthetic": "True"}
    assert browser.post(address, plan | {"reason": "Agreed."})["Location"] == page_of(screening, "review")
    screening.refresh_from_db()
    assert (screening.areas, screening.device_kind, screening.topical_anaesthetic) == (["nose"], "rf", True)


def test_asking_and_the_answer_stand_on_the_review(clinic, practitioner, signed_in):
    screening, browser = submitted(clinic, practitioner, at=timezone.now()), signed_in(practitioner)
    browser.post(page_of(screening, "ask"), {"words": "Which tablets?"})
    assert "Waiting for the answer" in browser.get(page_of(screening, "review")).content.decode()
    Query.objects.update(answer="Aspirin <b>daily</b>", answered_at=timezone.now())
    page = browser.get(page_of(screening, "review")).content.decode()
    assert ("Which tablets?" in page, "Aspirin &lt;b&gt;daily" in page) == (True, True)


def test_the_review_says_what_changed_since_last_time(clinic, practitioner, signed_in):
    client = ClientFactory(clinic=clinic)
    submitted(clinic, practitioner, at=timezone.now() - timedelta(days=9), client=client)
    screening = submitted(clinic, practitioner, at=timezone.now(), client=client, answers={"diabetes": "controlled"})
    page = signed_in(practitioner).get(page_of(screening, "review")).content.decode()
    assert ("Changed since last time" in page, "Last time" in page) == (True, True)


def test_sources_lead_to_their_entry(clinic, practitioner, signed_in):
    screening, browser = submitted(clinic, practitioner, at=timezone.now(), answers=BLEEDS), signed_in(practitioner)
    assert "/admin/treatments/screening/sources/#source-" in browser.get(page_of(screening, "review")).content.decode()
    assert 'id="source-22"' in browser.get(f"{LIST}sources/").content.decode()


def test_a_client_without_an_email_gets_the_form_by_hand(clinic, front_desk, signed_in):
    client = ClientFactory(clinic=clinic, email="")
    typed = {"areas": ["cheeks"], "device_kind": "mechanical", "max_depth_mm": "1.00", "how": "hand"}
    browser, address = signed_in(front_desk), f"{LIST}send/?client={client.pk}"
    assert "By email" not in browser.get(address).content.decode()
    response = browser.post(address, typed)
    screening = Screening.objects.get()
    assert (response["Location"], Message.objects.count()) == (page_of(screening, "hand-over"), 0)
    assert browser.get(response["Location"]).status_code == 200
