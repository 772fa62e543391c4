from django.utils import timezone

from treatments.questionnaires import services
from treatments.screening.models import QuestionnaireVersion

LIST = "/admin/treatments/questionnaireversion/"


def test_the_owner_opens_every_page_and_publishes(clinic, owner, signed_in):
    browser = signed_in(owner)
    assert browser.post(f"{LIST}begin/").status_code == 302
    draft = QuestionnaireVersion.objects.get()
    one = f"{LIST}{draft.pk}"
    pages = ["change", "publish", "ask", "json", "discard", "edit/isotretinoin", "retire/smoker", "restore/smoker"]
    assert [browser.get(f"{one}/{page}/").status_code for page in pages] == [200] * len(pages)
    assert browser.get(LIST).status_code == 200
    said = {"seen": draft.fingerprint, "approved_by": "Dr Okafor", "reason": "First version."}
    assert browser.post(f"{one}/publish/", said).status_code == 302
    assert QuestionnaireVersion.objects.published().count() == 1


def test_a_practitioner_looks_and_changes_nothing(clinic, owner, practitioner, signed_in):
    draft = services.begin_version(clinic=clinic, by=owner.user, at=timezone.now())
    browser, one = signed_in(practitioner), f"{LIST}{draft.pk}"
    pages = ["change", "publish", "ask", "discard", "edit/isotretinoin"]
    assert [browser.get(f"{one}/{page}/").status_code for page in pages] == [200, 403, 403, 403, 403]


def test_whoever_saves_second_keeps_what_they_typed(clinic, owner, signed_in):
    draft = services.begin_version(clinic=clinic, by=owner.user, at=timezone.now())
    said = {"seen": "older", "approved_by": "Dr Okafor", "reason": "First version."}
    page = signed_in(owner).post(f"{LIST}{draft.pk}/publish/", said)
    form = page.context["form"]
    assert (page.status_code, form["approved_by"].value(), form["seen"].value()) == (
        200,
        "Dr Okafor",
        draft.fingerprint,
    )
