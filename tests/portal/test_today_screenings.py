"""Screenings on the first page: to review, with a question out, and deferred clients who may come back."""

from datetime import timedelta

import pytest
from django.utils import timezone

from portal.today.screenings import may_come_back, screenings_to_review
from tests.factories import ClientFactory
from tests.treatments.screening.rows import submitted
from treatments.models import Screening
from treatments.screening import services
from treatments.screening.models import Query


def today():
    return timezone.localtime(timezone.now())


def deferred(clinic, by, **client):
    """Deferred a month ago until today."""
    at = timezone.now() - timedelta(days=30)
    screening = submitted(clinic, by, at=at, client=ClientFactory(clinic=clinic, **client))
    services.defer_screening(screening=screening, until=clinic.local_day(timezone.now()), reason="", by=by.user, at=at)
    return screening


@pytest.mark.parametrize(("email", "ends"), [("a@example.org", "/admin/"), ("", "/hand-over/")])
def test_one_press_invites_again_and_the_row_is_gone(clinic, practitioner, signed_in, email, ends):
    screening = deferred(clinic, practitioner)
    screening.client.email = email
    screening.client.save()
    browser, row = signed_in(practitioner), may_come_back(today()).rows[0]
    assert (row.posts, row.url in browser.get("/admin/").content.decode()) == (True, True)
    assert browser.post(row.url)["Location"].endswith(ends)
    new = Screening.objects.awaiting_client().get()
    assert (new.areas, new.max_depth_mm, may_come_back(today())) == (screening.areas, screening.max_depth_mm, None)
    assert "not put off any more" in browser.post(row.url).content.decode()


def test_a_withdrawn_invitation_brings_the_row_back(clinic, practitioner):
    deferred(clinic, practitioner)
    new = services.invite_again(screening=Screening.objects.get(), by=practitioner.user, at=timezone.now())
    services.withdraw_screening(screening=new, by=practitioner.user, at=timezone.now())
    assert may_come_back(today()).count == 1


def test_an_answered_question_shows_and_an_open_one_waits_at_the_end(clinic, practitioner):
    asked, plain = (submitted(clinic, practitioner, at=timezone.now() - timedelta(days=n)) for n in (2, 1))
    services.ask_client(screening=asked, words="Which?", by=practitioner.user, at=timezone.now())
    words = {row.client: row.words.split(" ")[0] for row in screenings_to_review(today()).rows}
    assert words == {str(asked.client): "You", str(plain.client): "Filled"}
    Query.objects.update(answer="This one.", answered_at=timezone.now())
    answered = [row.words for row in screenings_to_review(today()).rows if row.client == str(asked.client)]
    assert answered[0].startswith("The client answered your question")


def test_the_front_desk_is_not_told(clinic, practitioner, front_desk, signed_in):
    deferred(clinic, practitioner)
    assert "May come back" not in signed_in(front_desk).get("/admin/").content.decode()
