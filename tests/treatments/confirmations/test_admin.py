"""The practitioner's pages about a confirmation."""

import pytest
from django.urls import reverse

from clients.models import ClientLink
from tests.factories import ConfirmationFactory, DraftFactory, ScreeningFactory, SessionFactory


@pytest.fixture
def confirmation(clinic, practitioner):
    return ConfirmationFactory(session=SessionFactory(plan__client__clinic=clinic))


def test_only_those_who_may_read_the_answers_hand_their_page_over(confirmation, practitioner, front_desk, signed_in):
    page = reverse("admin:treatments_confirmation_hand_over", args=[confirmation.pk])
    said = [signed_in(member).post(page, {"how": "copied"}).status_code for member in (front_desk, practitioner)]
    assert (said, ClientLink.objects.count()) == ([403, 200], 1)


def test_the_front_desk_hands_over_a_form_until_the_client_has_begun_it(clinic, front_desk, signed_in):
    begun = DraftFactory(screening=ScreeningFactory(client__clinic=clinic)).screening
    fresh = ScreeningFactory(client__clinic=clinic)
    browser = signed_in(front_desk)
    pages = [reverse("admin:treatments_screening_hand_over", args=[row.pk]) for row in (begun, fresh)]
    answers = [browser.post(page, {"how": "copied"}) for page in pages]
    assert [answer.status_code for answer in answers] == [302, 200]
    assert list(ClientLink.objects.values_list("subject_id", flat=True)) == [fresh.pk]
