"""Every page, as each role, at 1280 and 390 px: nothing for axe, nothing in the console, nothing too wide."""

import re
from urllib.parse import urlsplit

import pytest
from django.urls import NoReverseMatch, Resolver404, get_resolver, resolve, reverse
from playwright.sync_api import Page

from tests.journeys.pages import WIDTHS, axe_findings, overflow, sign_in
from tests.journeys.seeds import begin_care_draft, begin_drafts, seed
from tests.journeys.site import Site, link_in

pytestmark = pytest.mark.browser

PEOPLE = {"owner": "maya", "practitioner": "tomas", "front desk": "priya"}
# Addresses that are no pages: they answer a POST, a script or a file, or lead on to another address.
NO_PAGES = {
    "logout",
    "jsi18n",
    "autocomplete",
    "portal_certificate_file",
    "treatments_consent_copy",
    "clinic_colour",
    "treatments_careversion_style",
    "healthz",
    "treatments_questionnaireversion_json",
    "treatments_letter_file",
    "treatments_plan_paper",
    "treatments_case_rates_file",
    "treatments_recall_sessions",
    "treatments_recall_paper",
    "treatments_recall_lines",
    "treatments_session_complete_draft",
    "treatments_session_materials_draft",
    "treatments_photograph_picture",
    "treatments_photograph_thumbnail",
    "treatments_outcomes_file",
    "readyz",
}

OPEN_LINKS = ("/screening/", "/confirm/", "/consent/", "/follow-up/", "/notice/", "/emails/")
SIGNED_OUT = (
    "/admin/login/",
    "/admin/password_reset/",
    "/admin/password_reset/done/",
    "/screening/not-a-link/",
    "/consent/not-a-link/",
    "/follow-up/not-a-link/",
    "/notice/not-a-link/",
    "/nowhere/",
)
TO_COME = (
    "WHERE withdrawn_at IS NULL AND due_at > datetime('now', '+1 day')"
    " AND message_id IN (SELECT id FROM clients_message WHERE state = 'scheduled')"
)
NOT_SIGNED = "WHERE state = 'completed' AND id NOT IN (SELECT session_id FROM treatments_signedrecord)"
STATES = {
    "treatments_followup_skip": TO_COME,
    "treatments_followup_delay": TO_COME,
    "treatments_followup_now": TO_COME,
    "treatments_followup_line": TO_COME,
    "treatments_followup_again": "WHERE message_id IN (SELECT id FROM clients_message WHERE state = 'sent')",
    "treatments_followup_called": "WHERE chase_from IS NOT NULL AND chased_at IS NULL",
    "treatments_careversion_move": "WHERE published_at IS NOT NULL AND shipped = ''",
    "treatments_session_correct": NOT_SIGNED,
    "treatments_session_reopen": NOT_SIGNED,
    "treatments_session_materials": NOT_SIGNED,
    "treatments_session_sign": NOT_SIGNED,
    "treatments_session_amend": "WHERE id IN (SELECT session_id FROM treatments_signedrecord)",
    "clients_client_restore": "WHERE archived_at IS NOT NULL",
    "clients_message_retry": "WHERE state = 'failed'",
    "clients_message_note": "WHERE state = 'failed'",
    "treatments_alert_acknowledge": "WHERE acknowledged_at IS NULL",
    "treatments_case_write": "WHERE closed_at IS NULL",
    "treatments_case_edit": "WHERE closed_at IS NULL",
    "treatments_case_attach": "WHERE closed_at IS NULL",
    "treatments_case_close": "WHERE closed_at IS NULL",
    "treatments_document_edit": "WHERE published_at IS NULL",
    "treatments_document_preview": "WHERE published_at IS NULL",
    "treatments_document_publish": "WHERE published_at IS NULL",
    "treatments_consent_refuse": "WHERE state = 'asked'",
    "treatments_consent_withdraw": "WHERE state = 'signed'",
    "treatments_photograph_remove": "WHERE removed_at IS NULL",
    "treatments_plan_edit": "WHERE state = 'drafted'",
    "treatments_plan_stop": "WHERE state = 'drafted'",
    "treatments_screening_accept": "WHERE state = 'submitted' AND outcome = 'review'",
    "treatments_screening_defer": "WHERE state = 'submitted' AND outcome = 'defer'",
    "treatments_screening_refuse": "WHERE state = 'submitted'",
    "treatments_screening_review": "WHERE state = 'submitted'",
    "treatments_screening_resend": "WHERE state = 'sent'",
    "treatments_screening_withdraw": "WHERE state = 'sent'",
    "treatments_session_cancel": "WHERE state = 'booked'",
    "treatments_session_start": "WHERE state = 'booked'",
    "treatments_session_complete": "WHERE state = 'in_progress'",
}
OF_MESSAGES = "SELECT min(id) FROM clients_message WHERE kind = 'followup' GROUP BY state"
OTHER_STATES = (
    ("/admin/treatments/careversion/{}/change/", "SELECT id FROM treatments_careversion"),
    (
        "/admin/treatments/careversion/{}/dates/?client={}",
        "SELECT max(v.id), max(p.client_id) FROM treatments_careversion v, treatments_plan p",
    ),
    ("/admin/clients/message/{}/change/", OF_MESSAGES),
    ("/admin/clients/message/{}/change/", "SELECT id FROM clients_message WHERE personal_line != '' LIMIT 1"),
    ("/admin/clients/message/{}/change/", "SELECT message_id FROM clients_providerevent LIMIT 1"),
    ("/admin/client/{}/", "SELECT client_id FROM treatments_alert WHERE acknowledged_at IS NULL LIMIT 1"),
    ("/admin/client/{}/", "SELECT client_id FROM treatments_followup WHERE chase_from IS NOT NULL LIMIT 1"),
    ("/admin/treatments/case/{}/change/", "SELECT min(id) FROM treatments_case GROUP BY closed_at IS NULL"),
    ("/admin/client/{}/", "SELECT client_id FROM treatments_case WHERE closed_at IS NULL LIMIT 1"),
    ("/admin/treatments/reply/{}/change/", "SELECT min(id) FROM treatments_reply GROUP BY urgency"),
    ("/admin/treatments/alert/{}/change/", "SELECT min(id) FROM treatments_alert GROUP BY acknowledged_at IS NULL"),
)


@pytest.mark.parametrize("role", PEOPLE)
def test_every_page_of_a_role_is_sound(site: Site, page: Page, role: str):
    sign_in(page, site.url, f"{PEOPLE[role]}@linden.example", "needle-and-linden")
    seed(site)
    drafts = pages_of_drafts(page, site) if role == "owner" else []
    visited, findings = crawl(page, site, [*drafts, "/admin/"])
    if role == "owner":  # pages that only rows in other states lead to, and those that say more in other states
        findings += crawl(page, site, [address_of(site, name) for name in unvisited(visited)], visited)[1]
        findings += [line for path in in_other_states(site) for line in open_and_look(page, site, path)]
    assert not findings, "\n".join(findings)


def pages_of_drafts(page: Page, site: Site) -> list[str]:
    """Of each kind the first page is looked at: those of drafts, for published versions have less on theirs."""
    care, questionnaire = begin_care_draft(page, site), begin_drafts(page, site)
    words = [care.replace("/change/", f"/{part}/") for part in ("words", "read/week_4/en", "write/week_4/en")]
    return [urlsplit(address).path for address in (questionnaire, care, *words)]


def in_other_states(site: Site) -> list[str]:
    """Addresses of pages that were opened for one row, for rows of which they say something else."""
    found = []
    for pattern, sql in OTHER_STATES:
        rows = site.ask(sql)
        assert rows, sql
        found += [pattern.format(*row) for row in rows]
    return found


def open_and_look(page: Page, site: Site, path: str) -> list[str]:
    answer = page.goto(site.url + path)
    return [*([] if answer.status == 200 else [f"{path} answered {answer.status}"]), *look_at(page)]


def test_every_public_page_is_sound(site: Site, page: Page):
    addresses = public_addresses(site)
    findings = []
    for address in addresses:
        page.goto(address)
        findings += look_at(page)
    page.troubles[:] = [one for one in page.troubles if "404" not in one]  # the closed links answer 404 by design
    assert not findings, "\n".join(findings)


def look_at(page: Page, *, again: bool = False) -> list[str]:
    """Hold the open page against axe and the window's width at each size; `again`: axe has seen the same before."""
    lines: list[str] = []
    for name, size in WIDTHS.items():
        page.set_viewport_size(size)
        found = [] if again else axe_findings(page)
        lines += [f"{name} {line}" for line in found + overflow(page)]
    return lines


EXAMINED: set[tuple[str, int]] = set()  # what axe has seen in this process, by kind of page and what its middle says


def seen_before(page: Page, name: str) -> bool:
    """Whether another role's page of this kind had the same middle, but for the form's own secret."""
    middle = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page.locator("main, body").last.inner_html())
    known = (name, hash(middle)) in EXAMINED
    EXAMINED.add((name, hash(middle)))
    return known


def crawl(
    page: Page, site: Site, waiting: list[str], visited: frozenset[str] = frozenset()
) -> tuple[frozenset[str], list[str]]:
    """Follow every link to one page of each kind (its name in the URL configuration); the kinds, and what was found."""
    findings: list[str] = []
    while waiting:
        path = waiting.pop(0)
        name = name_of(path)
        if name is None or name in visited or name.rpartition(":")[2] in NO_PAGES:
            continue
        visited |= {name}
        answer = page.request.get(site.url + path, max_redirects=0)
        if answer.status in {302, 403}:  # it leads on, or is for nobody: it is no page
            continue
        page.goto(site.url + path)
        findings += [] if answer.status == 200 else [f"{path} answered {answer.status}"]
        findings += look_at(page, again=seen_before(page, name))
        hrefs = page.eval_on_selector_all("a[href]", "links => links.map(a => a.href)")
        waiting += [href.removeprefix(site.url) for href in hrefs if href.startswith(site.url + "/admin/")]
    return visited, findings


def name_of(path: str) -> str | None:
    try:
        return resolve(urlsplit(path).path).view_name
    except Resolver404:
        return None


def unvisited(names: frozenset[str]) -> list[str]:
    """Named addresses of the admin that no link led to."""
    known = get_resolver().namespace_dict["admin"][1].reverse_dict
    return sorted(name for name in known if isinstance(name, str) and f"admin:{name}" not in names | NO_PAGES)


def address_of(site: Site, name: str) -> str:
    """The address of a page, for a row in the state that the page is for."""
    try:
        return reverse(f"admin:{name}")
    except NoReverseMatch:
        app, model, _ = name.split("_", 2)
        [(pk,)] = site.ask(f"SELECT id FROM {app}_{model} {STATES.get(name, '')} ORDER BY id LIMIT 1")
        return reverse(f"admin:{name}", args=[pk])


def public_addresses(site: Site) -> list[str]:
    """Sign-in pages, closed links, and every kind of open link that the catcher holds."""
    addresses = [f"{site.url}{path}" for path in SIGNED_OUT]
    site.mail("@", "")
    for mail in site.mails("@"):
        text = mail.get_body(("plain",)).get_content()
        addresses += [link_in(mail, path) for path in OPEN_LINKS if re.search(path, text)]
    return addresses
