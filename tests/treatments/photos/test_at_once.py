"""Photographs that a client sends from several windows at once."""

from functools import partial

import pytest

from portal.security.images import cleaned
from tests.factories import NOON, FollowupFactory, PhotographFactory
from tests.treatments.photos.conftest import photograph_file
from tests.treatments.sessions.test_at_once import at_once
from treatments.models import Photograph
from treatments.photos.services import EnoughSent, send_photograph

pytestmark = [pytest.mark.django_db(transaction=True)]


def test_no_more_are_kept_than_one_may_send(session, consent):
    followup = FollowupFactory(session=session, step="week_4")
    for _each in range(9):
        PhotographFactory(session=session, added_by=None, moment="follow_up", taken_at=NOON)
    pictures = [cleaned(photograph_file((colour, 90, 200))) for colour in (10, 110, 210)]
    usual = {"followup": followup, "view": "front", "taken_at": NOON, "at": NOON}
    acts = [partial(send_photograph, picture=picture, **usual) for picture in pictures]
    assert at_once(session.clinic, *acts) == ["done", str(EnoughSent()), str(EnoughSent())]
    assert Photograph.objects.count() == 10
