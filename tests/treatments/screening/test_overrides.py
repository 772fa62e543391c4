"""The owner sees where somebody accepted although the rules asked for a review."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.treatments.screening.rows import accepted
from treatments.screening.admin.overrides import Rate, rates

PAGE = "/admin/treatments/screening/overrides/"
FINDING = {"diabetes": "controlled"}


def test_the_rate_counts_lately_and_ever(clinic, practitioner):
    now = timezone.now()
    accepted(clinic, practitioner, at=now - timedelta(days=120), answers=FINDING)
    accepted(clinic, practitioner, at=now, answers=FINDING)
    accepted(clinic, practitioner, at=now)
    who = practitioner.user.full_name
    assert rates(now + timedelta(seconds=1)) == [
        Rate("The whole clinic", "1 of 2 (50 %)", "2 of 3 (67 %)"),
        Rate(who, "1 of 2 (50 %)", "2 of 3 (67 %)"),
    ]


def test_the_owner_reads_who_and_why(clinic, practitioner, owner, signed_in):
    screening = accepted(clinic, practitioner, at=timezone.now(), answers=FINDING)
    page = signed_in(owner).get(PAGE).content.decode()
    shown = (str(screening.client), str(practitioner), "Seen and agreed.", "Controlled diabetes")
    assert [words for words in shown if words not in page] == []


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["practitioner", "front_desk"])
def test_nobody_else_does(role, signed_in, request):
    assert signed_in(request.getfixturevalue(role)).get(PAGE).status_code == 403


def test_an_empty_page_says_so(owner, signed_in):
    assert "Nobody has accepted a client against a finding" in signed_in(owner).get(PAGE).content.decode()
