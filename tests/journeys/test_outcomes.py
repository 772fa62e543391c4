"""What came of it: a client says so on a phone, a practitioner sees it on photographs, the clinic counts both."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from portal.security.images import cleaned
from tests.factories import (
    ClientFactory,
    ConsentFactory,
    ConsentRequestFactory,
    FollowupFactory,
    PlanFactory,
    SessionFactory,
)
from tests.journeys.pages import WIDTHS, axe_findings, follow, open_window, overflow
from tests.journeys.test_followups import answer, emailed, send
from tests.journeys.test_review import enter
from tests.treatments.photos.conftest import photograph_file
from treatments.followups.services import schedule_followups, submit_reply
from treatments.models import Change, Rating
from treatments.photos.services import add_photograph

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DAY = timedelta(days=1)
GOALS = ["acne_scars", "texture"]
BETTER = {"change_acne_scars": "better", "change_texture": "same"}
ASIDE = {"satisfaction": "8", "would_repeat": "yes", "noticed": "1", "signs": ["none"]}


@pytest.fixture
def treated(live_server, practitioner, settings, tmp_path):
    """A client six weeks after a session, with a photograph from before and one of the results."""
    settings.MEDIA_ROOT = tmp_path
    ended_at = timezone.now() - 42 * DAY
    person = ClientFactory(clinic=practitioner.clinic, email="ada@example.org")
    plan = PlanFactory(client=person, practitioner=practitioner, goals=GOALS)
    session = SessionFactory(plan=plan, practitioner=practitioner, number=1, ended_at=ended_at)
    ConsentFactory(request=ConsentRequestFactory(client=person, practitioner=practitioner), state="signed")
    for moment, taken, colour in (
        ("before", ended_at - DAY, (200, 40, 40)),
        ("follow_up", timezone.now(), (90, 40, 40)),
    ):
        picture, at = cleaned(photograph_file(colour)), timezone.now()
        said = {"moment": moment, "view": "front", "taken_at": min(taken, at), "by": practitioner.user, "at": at}
        add_photograph(session=session, picture=picture, **said)
    schedule_followups(session=session, at=ended_at)
    return session


def nine_others(practitioner) -> None:
    """Who said the same before."""
    for _client in range(9):
        plan = PlanFactory(client=ClientFactory(clinic=practitioner.clinic), practitioner=practitioner, goals=GOALS)
        session = SessionFactory(plan=plan, practitioner=practitioner, ended_at=timezone.now() - 42 * DAY)
        asked = FollowupFactory(session=session, step="month_3")
        submit_reply(followup=asked, answers=BETTER | ASIDE, at=timezone.now())


def look(page: Page) -> None:
    assert (axe_findings(page), overflow(page)) == ([], [])


def rate(page: Page) -> None:
    """From the session's page: first with nothing chosen, then what is seen of each goal."""
    follow(page.get_by_role("link", name="Rate the results: front"))
    look(page)
    follow(page.get_by_role("button", name="Save the rating"))  # nothing is chosen yet
    expect(page.get_by_role("heading", name="Something needs your attention")).to_be_visible()
    look(page)
    answer(page, acne_scars="much_better", texture="unclear")
    follow(page.get_by_role("button", name="Save the rating"))
    expect(page.get_by_role("table").filter(has_text="Cannot be judged from these")).to_be_visible()


def test_a_result_is_said_seen_and_counted(
    live_server, treated, chromium, mailoutbox, signed_in, practitioner, page: Page
):
    nine_others(practitioner)
    phone = open_window(chromium, viewport=WIDTHS["phone"])
    phone.route("**/*.js", lambda route: route.fulfill(content_type="text/javascript", body=""))
    phone.goto(emailed(live_server, mailoutbox, "week_6", "follow-up"))
    expect(phone.get_by_text("how are your acne scars?")).to_be_visible()
    answer(phone, **BETTER, satisfaction="8", would_repeat="yes", noticed="1", signs="none")
    look(phone)
    send(phone)
    expect(phone.get_by_role("heading", level=1)).to_have_text("Thank you")
    phone.context.close()
    assert Change.objects.filter(client=treated.client, goal="acne_scars").get().hundredths == 100

    enter(page, live_server.url, signed_in(practitioner))
    page.goto(f"{live_server.url}{reverse('admin:treatments_session_change', args=[treated.pk])}")
    rate(page)
    assert Rating.objects.count() == 2

    follow(page.get_by_role("link", name="Outcomes", exact=True))
    row = page.get_by_role("row").filter(has_text="Acne scars")
    expect(row).to_contain_text("+1.0 (+0.8 to +1.2)")
    expect(row).to_contain_text("too few to say, 1 rated")
    for size in WIDTHS.values():
        page.set_viewport_size(size)
        look(page)
    with page.expect_download() as handed:
        page.get_by_role("link", name="Download for a spreadsheet").click()
    assert handed.value.suggested_filename == "outcomes.csv"
