"""The pages of photographs: to those who treat, while the client agrees, and to nobody else."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.factories import ClinicFactory, MembershipFactory, PhotographFactory
from tests.portal.security.test_headers import unguarded
from tests.treatments.photos.conftest import photograph_file
from treatments.consents.services import withdraw_consent
from treatments.photos.models import Photograph

PAGE = "/admin/treatments/photograph"


def words(answer):
    return answer.content.decode()


def send(browser, session, content=None, **said):
    file = SimpleUploadedFile("IMG_1.jpg", photograph_file() if content is None else content)
    where = f"{PAGE}/add/?session={session.pk}&moment=before&view=front"
    return browser.post(where, {"moment": "before", "view": "front", "taken_at": "", "chosen": file} | said)


def test_a_photograph_is_added_and_the_next_view_is_asked_for(session, consent, practitioner, signed_in):
    answer = send(signed_in(practitioner), session)
    kept = Photograph.objects.get()
    assert answer.url == f"{PAGE}/add/?session={session.pk}&moment=before&view=right_oblique"
    assert (kept.view, kept.moment, kept.added_by) == ("front", "before", practitioner.user)


def test_after_the_fifth_it_goes_back(session, add, practitioner, signed_in):
    for number, view in enumerate(("right_oblique", "right", "left_oblique", "left")):
        add(view=view, colour=(number * 50, 0, 0))
    assert send(signed_in(practitioner), session).url == f"{PAGE}/session/{session.pk}/"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"<svg/>", "not a JPEG, PNG, WebP or HEIC"),
        (photograph_file()[:700], "is broken, or was cut off"),
        (photograph_file(size=(20, 20)), "smaller than 200 pixels"),
    ],
)
def test_what_is_no_photograph_is_refused_at_its_field(session, consent, practitioner, signed_in, content, said):
    page = send(signed_in(practitioner), session, content)
    assert (page.status_code, said in words(page), Photograph.objects.count()) == (200, True, 0)
    assert "chosen" in page.context["form"].errors


@pytest.mark.parametrize("said", [{"chosen": ""}, {"view": "back"}, {"moment": ""}, {"taken_at": "2999-01-01T10:00"}])
def test_a_form_that_is_not_whole_comes_back(session, consent, practitioner, signed_in, said):
    page = send(signed_in(practitioner), session, **said)
    assert (page.status_code, bool(page.context["form"].errors), Photograph.objects.count()) == (200, True, 0)


def test_the_camera_of_a_phone_is_asked_for(session, consent, practitioner, signed_in):
    page = words(signed_in(practitioner).get(f"{PAGE}/add/?session={session.pk}&moment=after&view=left"))
    assert 'accept="image/*"' in page
    assert 'capture="environment"' in page
    assert "the left profile" in page


def test_the_session_shows_the_checklist(session, add, practitioner, signed_in):
    kept = add()
    for where in (f"/admin/treatments/session/{session.pk}/change/", f"{PAGE}/session/{session.pk}/"):
        page = words(signed_in(practitioner).get(where))
        assert (f"{PAGE}/{kept.pk}/thumbnail/" in page, "1 of 5 views" in page, page.count("None yet")) == (
            True, True, 14,
        )  # fmt: skip


def test_the_files_are_pictures_that_nobody_keeps(add, practitioner, signed_in):
    kept, browser = add(), signed_in(practitioner)
    for part, field in (("picture", kept.file), ("thumbnail", kept.thumbnail)):
        answer = browser.get(f"{PAGE}/{kept.pk}/{part}/")
        assert (answer.status_code, b"".join(answer.streaming_content)) == (200, field.open("rb").read())
        told = [answer.headers[name] for name in ("Content-Type", "X-Content-Type-Options")]
        assert (told, unguarded(answer)) == (["image/jpeg", "nosniff"], set())
        assert {"private", "no-store"} <= {*answer.headers["Cache-Control"].split(", ")}


def statuses(browser, kept):
    return [browser.get(f"{PAGE}/{kept.pk}/{part}/").status_code for part in ("picture", "thumbnail")]


def test_withdrawing_hides_them_at_once(session, add, consent, practitioner, signed_in):
    kept, browser = add(), signed_in(practitioner)
    assert statuses(browser, kept) == [200, 200]
    withdraw_consent(consent=consent, reason="", at=timezone.now())
    assert statuses(browser, kept) == [404, 404]
    pages = (f"{kept.pk}/change/", f"session/{session.pk}/", f"client/{session.client_id}/")
    for where in [*(f"{PAGE}/{one}" for one in pages), f"/admin/treatments/session/{session.pk}/change/"]:
        page = words(browser.get(where))
        assert ("/thumbnail/" in page or "/picture/" in page, "neither taken nor shown" in page) == (False, True)
        assert "See what the client said" in page


def test_without_consent_none_is_added_and_the_page_says_what_cures_it(session, practitioner, signed_in):
    browser = signed_in(practitioner)
    shown = words(browser.get(f"{PAGE}/add/?session={session.pk}&moment=before&view=front"))
    assert ("was not asked yet" in shown, f"consentrequest/add/?client={session.client_id}" in shown) == (True, True)
    assert ("was not asked yet" in words(send(browser, session)), Photograph.objects.count()) == (True, 0)


def test_nothing_is_read_without_consent(session, practitioner, signed_in, monkeypatch):
    monkeypatch.setattr("treatments.photos.forms.read_photograph", lambda _file: pytest.fail("it was read"))
    assert send(signed_in(practitioner), session).status_code == 200


def test_the_front_desk_sees_none(session, add, front_desk, signed_in):
    kept, browser = add(), signed_in(front_desk)
    assert statuses(browser, kept) == [403, 403]
    pages = ("", f"{kept.pk}/change/", f"{kept.pk}/remove/", f"session/{session.pk}/", f"client/{session.client_id}/")
    assert [browser.get(f"{PAGE}/{one}").status_code for one in (*pages, f"add/?session={session.pk}")] == [403] * 6
    page = words(browser.get(f"/admin/treatments/session/{session.pk}/change/"))
    assert ("<h1>Session 1" in page, "Photographs" in page, "photograph/" in page) == (True, False, False)


def test_another_clinics_are_not_there(session, add, signed_in):
    kept = add()
    browser = signed_in(MembershipFactory(clinic=ClinicFactory(), role="owner"))
    pages = (f"{kept.pk}/change/", f"session/{session.pk}/", f"client/{session.client_id}/")
    assert statuses(browser, kept) == [404, 404]
    assert [browser.get(f"{PAGE}/{one}").status_code for one in (*pages, f"add/?session={session.pk}")] == [404] * 4
    assert send(browser, session).status_code == 404


def test_one_that_was_removed_is_shown_to_nobody(add, practitioner, signed_in):
    kept, browser = add(), signed_in(practitioner)
    answer = browser.post(f"{PAGE}/{kept.pk}/remove/", {"reason": "Blurred"}, follow=True)
    assert ("Nobody is shown it" in words(answer), statuses(browser, kept)) == (True, [404, 404])
    assert "Blurred" in words(browser.get(f"{PAGE}/{kept.pk}/change/"))


def test_two_moments_are_compared(session, add, practitioner, signed_in):
    before, after, other = add(), add(moment="after", colour=(1, 2, 3)), add(view="left", colour=(3, 2, 1))
    browser = signed_in(practitioner)
    page = browser.get(f"{PAGE}/client/{session.client_id}/")
    assert (page.context["view"], page.context["first"], page.context["second"]) == ("front", before, after)
    assert (f"{PAGE}/{before.pk}/picture/" in words(page), f"{PAGE}/{other.pk}/picture/" in words(page)) == (
        True,
        False,
    )
    turned = browser.get(f"{PAGE}/client/{session.client_id}/?view=front&first={after.pk}&second={before.pk}")
    assert (turned.context["first"], turned.context["second"]) == (after, before)


def test_a_result_is_shown_and_not_the_red_skin_straight_after(session, add, practitioner, signed_in):
    before, result = add(), add(moment="follow_up", colour=(1, 2, 3))
    add(moment="after", colour=(9, 9, 9))
    page = signed_in(practitioner).get(f"{PAGE}/client/{session.client_id}/")
    assert (page.context["first"], page.context["second"]) == (before, result)


@pytest.mark.parametrize("query", ["view=back", "first=²", "first=999999", "view=front&first=&second=%00", "view=left"])
def test_odd_questions_get_the_usual_answer(session, add, practitioner, signed_in, query):
    kept = add()
    page = signed_in(practitioner).get(f"{PAGE}/client/{session.client_id}/?{query}")
    assert (page.status_code, page.context["first"], page.context["second"]) == (200, kept, kept)


def test_a_client_without_any_is_told_so(session, consent, practitioner, signed_in):
    assert "No photographs yet" in words(signed_in(practitioner).get(f"{PAGE}/client/{session.client_id}/"))


def test_more_photographs_cost_no_more_queries(session, add, practitioner, signed_in):
    browser, counts = signed_in(practitioner), []
    add()
    where = (f"{PAGE}/client/{session.client_id}/", f"{PAGE}/session/{session.pk}/")
    for more in (0, 0, 30):  # what is asked once and then remembered does not count
        for _ in range(more):
            PhotographFactory(session=session, added_by=practitioner.user)
        with CaptureQueriesContext(connection) as queries:
            assert [browser.get(one).status_code for one in where] == [200, 200]
        counts.append(len(queries))
    assert counts[1] == counts[2]


def test_this_page_alone_may_use_the_camera_and_knows_what_to_line_up_by(session, add, practitioner, signed_in):
    before, browser = add(view="left"), signed_in(practitioner)
    red = add(view="left", moment="after", colour=(250, 10, 10))
    only_red = add(view="right", moment="after", colour=(20, 200, 20))
    page = browser.get(f"{PAGE}/add/?session={session.pk}&moment=follow_up&view=left")
    assert page.headers["Permissions-Policy"].startswith("camera=(self)")
    shown = [f"{PAGE}/{one.pk}/picture/" in words(page) for one in (before, red, only_red)]
    assert shown == [True, False, True]
    assert browser.get(f"{PAGE}/session/{session.pk}/").headers["Permissions-Policy"].startswith("camera=()")
