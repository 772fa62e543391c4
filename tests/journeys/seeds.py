"""States that the demo's stories do not reach: made by clicks where there are any, else by a statement."""

from playwright.sync_api import Page

from tests.journeys.pages import follow
from tests.journeys.site import Site

STARTED = (
    "UPDATE treatments_session SET state = 'in_progress', started_at = scheduled_for,"
    " screening_id = (SELECT min(id) FROM treatments_screening), consent_id = (SELECT min(id) FROM treatments_consent),"
    " started_by_id = (SELECT min(id) FROM portal_user) WHERE id ="
    " (SELECT max(id) FROM treatments_session WHERE state = 'booked')"
    " AND NOT EXISTS (SELECT 1 FROM treatments_session WHERE state = 'in_progress')"
)
# An email that left, bounced for good and stopped its client's address; the provider has said so.
LEFT = (
    "SELECT min(m.id) FROM clients_message m JOIN clients_client c ON c.id = m.client_id"
    " WHERE m.kind = 'followup' AND m.state = 'sent' AND c.archived_at IS NULL"
)
BOUNCED = (
    f"UPDATE clients_message SET outcome = 'bounced', outcome_at = sent_at WHERE id = ({LEFT})",
    "INSERT INTO clients_providerevent (provider, event_id, report, happened_at, received_at, clinic_id, message_id)"
    " SELECT 'mail', 'seed', 'hard_bounce', sent_at, sent_at, clinic_id, id FROM clients_message"
    f" WHERE id = ({LEFT}) AND NOT EXISTS (SELECT 1 FROM clients_providerevent)",
    "INSERT INTO clients_suppression (address, because, suppressed_at, lifted_why, clinic_id, message_id)"
    " SELECT lower(c.email), 'bounced', m.sent_at, '', m.clinic_id, m.id"
    " FROM clients_message m JOIN clients_client c ON c.id = m.client_id"
    f" WHERE m.id = ({LEFT}) AND NOT EXISTS (SELECT 1 FROM clients_suppression)",
)
# Somebody did not answer, nor after the reminder: they are to be called.
SILENT = (
    "UPDATE treatments_followup SET chase_from = due_at WHERE id = (SELECT max(f.id) FROM treatments_followup f"
    " JOIN clients_message m ON m.id = f.message_id WHERE m.state = 'sent' AND f.step = 'week_4'"
    " AND f.client_id NOT IN (SELECT client_id FROM treatments_alert WHERE acknowledged_at IS NULL))"
)
LINE = (
    "UPDATE clients_message SET personal_line = 'It was good to see you.' WHERE id ="
    " (SELECT max(id) FROM clients_message WHERE kind = 'followup' AND state = 'scheduled')"
)
VERSIONS = "/admin/treatments/careversion/"


def seed(site: Site) -> None:
    """What needs no person; doing it twice changes nothing."""
    for statement in (STARTED, *BOUNCED, SILENT, LINE):
        site.execute(statement)


def begin_drafts(page: Page, site: Site) -> str:
    """A questionnaire with a question retired, and a consent document; the address of the first."""
    page.goto(f"{site.url}/admin/treatments/questionnaireversion/begin/")
    follow(page.get_by_role("button", name="Begin"))
    page.wait_for_url("**/change/")
    questionnaire = page.url
    page.goto(questionnaire.replace("/change/", "/retire/smoker/"))
    follow(page.get_by_role("button", name="Retire"))
    page.wait_for_url("**/change/**")
    page.goto(f"{site.url}/admin/treatments/document/add/")
    page.locator("[name=purpose]").first.check()
    follow(page.get_by_role("button", name="Begin"))
    page.wait_for_url("**/edit/")
    return questionnaire


def begin_care_draft(page: Page, site: Site) -> str:
    """The clinic's own schedule is in force, running courses go by the default, and a draft takes a step out."""
    own = begin_care(page, site)
    page.goto(own.replace("/change/", "/edit/month_6/"))
    page.locator("[name=send_within_hours]").fill("240")
    follow(page.get_by_role("button", name="Save"))
    page.wait_for_url("**/change/**")
    page.goto(own.replace("/change/", "/publish/"))
    page.locator("[name=reason]").fill("Half a year later nobody waits for us.")
    follow(page.get_by_role("button", name="Publish it"))
    page.wait_for_url("**/change/**")
    draft = begin_care(page, site)
    page.goto(draft.replace("/change/", "/remove/month_3/"))
    follow(page.get_by_role("button", name="Take it out"))
    page.wait_for_url("**/change/**")
    return draft


def begin_care(page: Page, site: Site) -> str:
    """The address of a new draft of the care schedule."""
    page.goto(f"{site.url}{VERSIONS}")
    discard_draft(page)
    page.goto(f"{site.url}{VERSIONS}begin/")
    follow(page.get_by_role("button", name="Begin"))
    page.wait_for_url("**/change/")
    return page.url


def discard_draft(page: Page) -> None:
    """On the list of care schedules: a draft that another journey left would be in the way of a new one."""
    if (left := page.get_by_role("link", name="Go on with the draft")).count():
        follow(left)
        follow(page.get_by_role("link", name="Discard the draft"))
        follow(page.get_by_role("button", name="Discard it"))
