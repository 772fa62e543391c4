from datetime import timedelta

import pytest
from django.test import Client as Browser
from django.utils import timezone, translation

from clients.links.services import issue_link
from tests.factories import ClientFactory, FollowupFactory, ScreeningFactory


def shown(client, purpose, address, subject):
    token = issue_link(
        client=client, purpose=purpose, subject_id=subject.pk, at=timezone.now(), lasts=timedelta(days=1)
    )
    return Browser().get(f"/{address}/{token}/").content.decode()


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_pages_behind_links_say_which_language_they_are_in(clinic, language):
    client = ClientFactory(clinic=clinic, language=language)
    followup = FollowupFactory(session__plan__client=client)
    pages = [
        shown(client, "screening", "screening", ScreeningFactory(client=client)),
        shown(client, "follow_up", "follow-up", followup),
    ]
    assert [f'<html lang="{language}">' in page for page in pages] == [True, True]
    assert translation.get_language() == "en-gb"  # the thread is left as it was
