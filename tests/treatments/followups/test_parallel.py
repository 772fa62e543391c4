from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client as Browser
from django.utils import timezone
from django_scopes import scope, scopes_disabled

from clients.links.services import issue_link
from tests.factories import ClinicFactory, FollowupFactory
from treatments.followups.models import Alert, Reply
from treatments.followups.views import ADVICE


def post(link):
    try:
        return Browser().post(link, {"signs": ["pus"]})
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_ten_posts_at_once_leave_one_reply_one_red_flag_and_ten_answers():
    clinic = ClinicFactory()
    with scope(clinic=clinic):
        followup = FollowupFactory(session__plan__client__clinic=clinic, step="day_3")
        at = timezone.now()
        token = issue_link(
            client=followup.client, purpose="follow_up", subject_id=followup.pk, at=at, lasts=timedelta(days=1)
        )
    with ThreadPoolExecutor(10) as threads:
        pages = list(threads.map(post, [f"/follow-up/{token}/"] * 10))
    with scopes_disabled():
        assert (Reply.objects.count(), Alert.objects.count()) == (1, 1)
    assert [(page.status_code, ADVICE["urgent"].heading in page.text) for page in pages] == [(200, True)] * 10
