from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from clients.models import Client
from clients.records.forms import ClientForm
from clients.records.services import archive_client
from portal.models import AuditEvent
from tests.factories import NOON, ClientFactory, ClientLinkFactory, ClinicFactory, MembershipFactory, SessionFactory

LIST = "/admin/clients/client/"
POSTED = {
    "first_name": "Mara",
    "last_name": "Lind",
    "date_of_birth": "1985-05-17",
    "email": "mara@example.org",
    "language": "en",
    "gets_follow_ups": "on",
    "goals": ["acne_scars", "texture"],
    "notes": "Prefers mornings",
}


@pytest.fixture
def browser(practitioner, signed_in):
    return signed_in(practitioner)


def test_a_new_client_is_saved_in_the_own_clinic_and_audited(browser, clinic):
    answer = browser.post(f"{LIST}add/", POSTED)
    client = Client.objects.get()
    assert (answer.status_code, answer.url) == (302, f"/admin/client/{client.pk}/")
    assert (client.clinic, client.goals, client.notes) == (clinic, ["acne_scars", "texture"], "Prefers mornings")
    assert [event.action for event in AuditEvent.objects.all()] == ["client.added"]


def test_an_edit_under_way_does_not_take_an_archived_client_back(browser, clinic, practitioner, monkeypatch):
    client, clean = ClientFactory(clinic=clinic), ClientForm.clean

    def archived_meanwhile(form):
        archive_client(client=Client.objects.get(pk=client.pk), by=practitioner.user, at=NOON)
        return clean(form)

    monkeypatch.setattr(ClientForm, "clean", archived_meanwhile)
    answer = browser.post(f"{LIST}{client.pk}/change/", POSTED)
    client.refresh_from_db()
    assert (answer.status_code, client.first_name, client.archived_at) == (302, "Mara", NOON)


def test_a_posted_clinic_is_ignored(browser, clinic):
    browser.post(f"{LIST}add/", POSTED | {"clinic": ClinicFactory().pk})
    assert Client.objects.get().clinic == clinic


def test_a_likely_duplicate_comes_back_with_everything_typed_and_a_box(browser, clinic):
    there = ClientFactory(clinic=clinic, email="mara@example.org")
    page = browser.post(f"{LIST}add/", POSTED)
    shown = page.content.decode()
    assert [Client.objects.count(), page.status_code] == [1, 200]
    assert all(
        words in shown for words in (f'href="/admin/client/{there.pk}/"', "This is a different person; save anyway")
    )
    assert all(words in shown for words in ("Prefers mornings", 'value="1985-05-17"', 'value="acne_scars"'))
    seen = page.context["adminform"].form.points_digest
    assert browser.post(f"{LIST}add/", POSTED | {"seen": seen}).status_code == 302
    assert Client.objects.count() == 2


def test_the_list_shows_current_clients_with_their_next_session(browser, clinic):
    tomorrow = timezone.now() + timedelta(days=1)
    session = SessionFactory(plan__client__clinic=clinic, plan__client__alerts="Latex", scheduled_for=tomorrow)
    for days in (-30, 30):  # one that was never started is not their next
        SessionFactory(plan=session.plan, scheduled_for=timezone.now() + timedelta(days=days))
    ClientFactory(clinic=clinic, last_name="Goneaway", archived_at=timezone.now())
    page = browser.get(LIST)
    rows = list(page.context["cl"].result_list)
    assert [(row, row.next_session) for row in rows] == [(session.client, session.scheduled_for)]
    assert (f'href="/admin/client/{session.client_id}/"' in page.content.decode(), b"Goneaway" in page.content) == (
        True,
        False,
    )
    assert b"Goneaway" in browser.get(f"{LIST}?list=archived").content


@pytest.mark.parametrize("words", ["Mara", "lind", "Mimi", "mara@exam", "7946"])
def test_search_finds_by_names_email_and_phone(browser, clinic, words):
    mara = ClientFactory(
        clinic=clinic,
        first_name="Mara",
        last_name="Lind",
        preferred_name="Mimi",
        email="mara@example.org",
        phone="+44 20 7946 0000",
    )
    ClientFactory(clinic=clinic, first_name="Other", last_name="Person")
    assert list(browser.get(LIST, {"q": words}).context["cl"].result_list) == [mara]


def test_queries_do_not_grow_with_rows(browser, clinic):
    browser.get(LIST)  # the first request of a sign-in writes when it was seen
    counts = []
    for more in (1, 2):
        for _ in range(more):
            SessionFactory(plan__client__clinic=clinic)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            browser.get(LIST)
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("verb", ["change", "archive", "restore", "history", "delete"])
def test_another_clinics_client_is_not_found(browser, verb):
    foreign = ClientFactory(clinic=ClinicFactory(), last_name="Canary")
    for answer in (
        browser.get(f"{LIST}{foreign.pk}/{verb}/"),
        browser.post(f"{LIST}{foreign.pk}/{verb}/"),
    ):
        assert (answer.status_code in {403, 404}, b"Canary" in answer.content) == (True, False)
    foreign.refresh_from_db()
    assert foreign.archived_at is None


def test_archive_and_restore_by_their_pages(browser, clinic):
    client = ClientFactory(clinic=clinic)
    assert browser.get(f"{LIST}{client.pk}/archive/").status_code == 200
    assert Client.objects.current().count() == 1
    assert browser.post(f"{LIST}{client.pk}/archive/").url == f"/admin/client/{client.pk}/"
    assert Client.objects.current().count() == 0
    browser.post(f"{LIST}{client.pk}/restore/")
    assert Client.objects.current().count() == 1


WHY = [("deceased", "Has died", ": has died."), ("left", "Comes no more", ": comes no more."), ("", "Not said", ".")]


@pytest.mark.parametrize(("why", "asked", "told"), WHY)
def test_why_a_client_is_archived_is_asked_there_and_said_on_their_page(browser, clinic, why, asked, told):
    client = ClientFactory(clinic=clinic, last_name="Goneaway")
    page = f"{LIST}{client.pk}/archive/"
    assert asked in browser.get(page).content.decode()
    html = browser.post(page, {"because": why}, follow=True).content.decode()
    client.refresh_from_db()
    on = f"{client.archived_at.astimezone(client.zone):%-d %b %Y}"
    assert (client.archived_because, f"Archived on {on}{told}" in html) == (why, True)
    listed = browser.get(f"{LIST}?list=archived").content.decode()
    assert ("Goneaway" in listed, asked.lower() in listed.lower()) == (True, False)


def test_no_other_reason_to_archive_is_taken(browser, clinic):
    client = ClientFactory(clinic=clinic)
    page = browser.post(f"{LIST}{client.pk}/archive/", {"because": "bored"})
    client.refresh_from_db()
    assert (page.status_code, client.archived_at) == (200, None)


def test_a_booked_session_keeps_the_client_on_the_list(browser, clinic):
    session = SessionFactory(plan__client__clinic=clinic)
    page = browser.post(f"{LIST}{session.client_id}/archive/")
    assert b"Cancel or complete it first, then archive the client." in page.content


def test_what_cannot_be_done_to_a_client_now_is_said_without_a_button(browser, clinic):
    booked = SessionFactory(plan__client__clinic=clinic).client
    gone = ClientFactory(clinic=clinic, archived_at=timezone.now())
    pages = [
        browser.get(f"{LIST}{client.pk}/{verb}/").content.decode()
        for client, verb in ((booked, "archive"), (gone, "archive"), (booked, "restore"))
    ]
    said = ("Cancel or complete it first", "is archived already", "is not archived")
    assert [words in page for words, page in zip(said, pages, strict=True)] == [True] * 3
    assert [word in page for word, page in zip(("Archive</", "Archive</", "Restore</"), pages, strict=True)] == [
        False
    ] * 3


def test_nobody_deletes_a_client(signed_in, clinic):
    client = ClientFactory(clinic=clinic)
    for role in ("owner", "practitioner", "front_desk"):
        browser = signed_in(MembershipFactory(clinic=clinic, role=role))
        assert browser.post(f"{LIST}{client.pk}/delete/", {"post": "yes"}).status_code == 403
    assert Client.objects.count() == 1


def test_a_second_window_is_told_that_the_record_was_changed_meanwhile(browser, clinic):
    client = ClientFactory(clinic=clinic, notes="First")
    change = f"{LIST}{client.pk}/change/"
    opened = browser.get(change).context["adminform"].form.opened
    assert browser.post(change, POSTED | {"notes": "Second", "opened": opened}).status_code == 302
    page = browser.post(change, POSTED | {"notes": "Third", "opened": opened})
    client.refresh_from_db()
    told = b"Somebody changed this while you were writing." in page.content
    assert (told, b"Third" in page.content, client.notes) == (True, True, "Second")


HELD = {"skin_type": "V", "goals": ["texture"], "notes": "Nervous about needles", "alerts": "Lidocaine"}
WORDS = ("burns", "Texture", "needles", "Lidocaine", "kin type", "oals", "otes", "lert")


def test_the_front_desk_neither_reads_nor_writes_what_is_about_health(signed_in, front_desk, clinic):
    desk, client = signed_in(front_desk), ClientFactory(clinic=clinic, **HELD)
    change = f"{LIST}{client.pk}/change/"
    for address in (LIST, change, f"{LIST}add/"):
        main = desk.get(address).content.decode().split("<main")[1]
        assert (address, [word for word in WORDS if word in main]) == (address, [])
    said = POSTED | {"skin_type": "I", "notes": "x", "alerts": "x"}
    assert [
        desk.post(change, said).status_code,
        desk.post(f"{LIST}add/", said | {"first_name": "New", "email": ""}).status_code,
    ] == [302, 302]
    client.refresh_from_db()
    assert (client.last_name, {name: getattr(client, name) for name in HELD}) == ("Lind", HELD)
    assert Client.objects.get(first_name="New").notes == ""


@pytest.mark.parametrize("query", ["skin_type__exact=V", "skin_type=V"])
def test_the_front_desk_cannot_filter_by_skin(signed_in, front_desk, practitioner, query):
    assert signed_in(front_desk).get(f"{LIST}?{query}").status_code == 400


def test_the_front_desk_cannot_order_by_what_it_does_not_see(signed_in, front_desk, practitioner, clinic):
    for name, skin in (("A", "VI"), ("B", "I")):
        ClientFactory(clinic=clinic, last_name=name, skin_type=skin)
    listed = [
        [c.last_name for c in signed_in(front_desk).get(f"{LIST}?o={n}").context["cl"].result_list] for n in range(9)
    ]
    assert listed == [["A", "B"]] * 9


def test_a_session_page_keeps_the_alert_from_the_front_desk(signed_in, front_desk, practitioner, clinic):
    session = SessionFactory(plan__client__clinic=clinic, plan__client__alerts="Lidocaine")
    pages = [
        f"/admin/treatments/session/{session.pk}/change/",
        f"/admin/treatments/session/book/?plan={session.plan_id}",
    ]
    seen = [
        ["Lidocaine" in signed_in(who).get(page).content.decode() for page in pages]
        for who in (front_desk, practitioner)
    ]
    assert seen == [[False, False], [True, True]]


STILL_OUT = ("screening form", "a consent", "a confirmation", "questions after a session")


def test_a_changed_address_closes_the_links_sent_to_the_old_one(browser, clinic):
    client, other = ClientFactory(clinic=clinic, email="old@example.org"), ClientFactory(clinic=clinic)
    later = timezone.now() + timedelta(days=9)
    for whose, purpose in ((client, "screening"), (client, "follow_up"), (other, "screening")):
        ClientLinkFactory(client=whose, purpose=purpose, expires_at=later)
    change, said = f"{LIST}{client.pk}/change/", POSTED | {"email": "OLD@example.org"}
    assert b"no longer open" not in browser.post(change, said, follow=True).content
    assert client.links.alive(timezone.now()).count() == 2
    page = browser.post(change, POSTED, follow=True)
    assert "Links sent to the old address no longer open" in (told := page.content.decode())
    assert [what for what in STILL_OUT if what not in told] == []
    assert [whose.links.alive(timezone.now()).count() for whose in (client, other)] == [0, 1]
    assert AuditEvent.objects.get(action="client.links_closed").facts == {"links": 2}
