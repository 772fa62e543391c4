"""While a case is open no session of the client starts; one that has begun is completed; the desk learns nothing."""

from datetime import timedelta

import pytest

from portal.today.hints import hints_for
from tests.factories import (
    NOON,
    CaseFactory,
    ConsentFactory,
    ConsentRequestFactory,
    MessageFactory,
    PhotographFactory,
    PlanFactory,
    SessionFactory,
)
from tests.treatments.sessions.conftest import ready_session
from treatments.followups.emails.reasons import CASE
from treatments.sessions.rules import may_start
from treatments.sessions.services import planned_facts
from treatments.sessions.services.facts import done_facts, planned_zones

HOUR = timedelta(hours=1)


@pytest.fixture
def ready(practitioner):
    return ready_session(practitioner, NOON).session


def opened(session, at):
    earlier = SessionFactory(plan=PlanFactory(client=session.client), ended_at=NOON - timedelta(days=60))
    return CaseFactory(session=earlier, opened_at=at)


def test_no_session_starts_while_a_case_is_open_and_today_says_so(ready, practitioner, signed_in):
    assert may_start(planned_facts(ready, NOON.date())) == []
    case = opened(ready, NOON)
    (why,) = may_start(planned_facts(ready, NOON.date()))
    assert why.startswith("A reaction of the client is not over.")
    assert hints_for([ready]) == {ready.pk: ["Reaction case open"]}
    page = signed_in(practitioner).get(f"/admin/treatments/session/{ready.pk}/start/").text
    assert f"/admin/treatments/case/{case.pk}/change/" in page


def test_what_happens_in_the_room_does_not_keep_the_session_from_being_completed(ready):
    ready.state, ready.started_at = "in_progress", NOON
    for opened_at, kept in ((NOON - HOUR, True), (NOON + HOUR, False)):
        case = opened(ready, opened_at)
        assert done_facts(ready, planned_zones(ready), NOON.date()).case_open is kept
        case.delete()


def test_the_front_desk_reads_that_an_email_waits_and_not_for_what(ready, practitioner, front_desk, signed_in):
    waiting = MessageFactory(client=ready.client, kind="followup", key="session:1:week_4", why=CASE)
    for member, told in ((practitioner, True), (front_desk, False)):
        for page in ("/admin/clients/message/?when=all", f"/admin/clients/message/{waiting.pk}/change/"):
            assert ("reaction" in signed_in(member).get(page).text) is told
    assert "It waits. Ask a practitioner." in signed_in(front_desk).get(page).text


def test_photographs_join_a_case_from_its_page(ready, practitioner, signed_in):
    case, browser = opened(ready, NOON), signed_in(practitioner)
    request = ConsentRequestFactory(client=ready.client, practitioner=practitioner)
    ConsentFactory(request=request, purpose="photo_record", state="signed")
    page = f"/admin/treatments/case/{case.pk}/attach/"
    assert "There are no photographs that are not in the case already." in browser.get(page).text
    photograph = PhotographFactory(session=case.session, client=case.client, clinic=case.clinic)
    assert "Choose one at least." in browser.post(page, {}).text
    shown = browser.post(page, {"photographs": [photograph.pk]}, follow=True).text
    assert "They belong to the case now." in shown
    assert f"/admin/treatments/photograph/{photograph.pk}/thumbnail/" in shown
