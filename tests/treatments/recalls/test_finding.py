"""A recalled lot is found: every session and client it touched; quarantined and opened as a case in one step."""

import csv
import io

import pytest
from django.db import connection
from django.db.models import CharField
from django.db.models.functions import Cast
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portal.models import AuditEvent
from tests.factories import NOON, ClientFactory, ClinicFactory, LotFactory, PlanFactory, ProductFactory, SessionFactory
from tests.factories.many import many_due
from treatments.models import Lot, Recall, RecallNotice, Session
from treatments.sessions.services.recalls import Recalled, ids_touched_by, touched_by

RECALL, REPORT = "/admin/treatments/recall/find/", "/admin/treatments/recall/find/sessions/"
GTIN = "09521234543213"


@pytest.fixture
def browser(practitioner, signed_in):
    return signed_in(practitioner)


@pytest.fixture
def product(clinic):
    return ProductFactory(clinic=clinic, name="Twelve", gtin=GTIN)


def used(clinic, number, name="Ada", **facts):
    plan = PlanFactory(client=ClientFactory(clinic=clinic, first_name=name, last_name="Client"))
    return SessionFactory(plan=plan, ended_at=NOON, cartridge_lot=number, **facts)


def test_every_session_with_the_lot_is_found_typed_in_capitals_or_not(clinic):
    found = [used(clinic, "ab1"), used(clinic, "AB1")]
    used(clinic, "AB12")
    used(ClinicFactory(), "AB1")
    assert set(touched_by(Recalled("Ab1"))) == set(found)


def test_with_a_gtin_only_sessions_of_another_product_are_left_out(clinic):
    unknown, same = used(clinic, "AB1"), used(clinic, "AB1", cartridge_gtin=GTIN)
    used(clinic, "AB1", cartridge_gtin="00614141000036")
    assert set(touched_by(Recalled("AB1", GTIN))) == {unknown, same}


def test_the_lookup_has_an_index(clinic):
    many_due(clinic, 500, at=timezone.now())
    Session.objects.update(cartridge_lot=Cast("pk", CharField()))
    touched = ids_touched_by(Recalled("AB1"))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE treatments_session")  # which index is best is known of a table that was counted
    assert "session_by_lot_number" in touched.explain()


def test_the_page_lists_sessions_and_clients_and_opens_the_recall_in_the_same_step(browser, clinic, product):
    lot = LotFactory(product=product, number="AB1", stock=4)
    used(clinic, "ab1", "Ada", lot=lot)
    used(clinic, "AB1", "Grace")
    used(clinic, "OTHER", "Nobody")
    shown = browser.get(f"{RECALL}?lot=ab1").content.decode()
    assert "2 sessions, 2 clients" in shown
    assert [name in shown for name in ("Ada Client", "Grace Client", "Nobody")] == [True, True, False]
    posted = {"product": product.pk, "reason": "The maker’s letter", "reference": "FSN 4"}
    answer = browser.post(f"{RECALL}?lot=ab1", posted)
    recall = Recall.objects.get()
    lot.refresh_from_db()
    assert answer["Location"] == f"/admin/treatments/recall/{recall.pk}/change/"
    assert (lot.state, lot.quarantine_reason) == ("quarantined", "The maker’s letter")
    assert (recall.lot, recall.reference, RecallNotice.objects.filter(recall=recall).count()) == (lot, "FSN 4", 2)
    event = AuditEvent.objects.get(action="recall.opened")
    assert (event.subject_id, event.facts) == (recall.pk, {"lot": lot.pk, "sessions": 2, "clients": 2})
    again = browser.post(f"{RECALL}?lot=ab1", posted).content.decode()
    assert "A recall of this lot is open already" in again


def test_a_lot_that_was_never_listed_is_added_quarantined(browser, clinic, product):
    used(clinic, "AB9")
    browser.post(f"{RECALL}?lot=AB9", {"product": product.pk, "reason": "Letter"})
    lot = Lot.objects.get()
    assert (lot.product, lot.number, lot.state, lot.stock) == (product, "AB9", "quarantined", 0)


def test_a_product_of_another_kind_than_was_used_is_pointed_out_first(browser, clinic):
    used(clinic, "AB9")
    gel = ProductFactory(clinic=clinic, name="Gel", kind="serum", open_channels=True)
    posted = {"product": gel.pk, "reason": "Letter"}
    shown = browser.post(f"{RECALL}?lot=AB9", posted)
    words = "These sessions name the lot as needle cartridge; Gel is serum or gel."
    assert (words in shown.text, Recall.objects.exists()) == (True, False)
    browser.post(f"{RECALL}?lot=AB9", posted | {"seen": shown.context["form"].points_digest})
    assert Recall.objects.get().lot.product == gel


def test_a_scanned_packet_chooses_the_product(browser, clinic, product):
    ProductFactory(clinic=clinic, name="Nine")
    form = browser.get(RECALL, {"lot": f"01{GTIN}10AB1"}).context["form"]
    assert (list(form.fields["product"].queryset), form["product"].value()) == ([product], product.pk)


@pytest.mark.parametrize(
    ("lot", "said", "sentence"),
    [
        ("AB1", {"reason": "Letter"}, "Choose the product that the maker recalls."),
        ("AB1", {"product": "p"}, "Write the reason"),
        ("(01)1(10)A", {}, "cannot be read"),
        ("A" * 61, {"product": "p", "reason": "Letter"}, "A lot number has at most 60 characters."),
        (f"(01){GTIN}(17)280200", {}, "names no lot"),
    ],
)
def test_what_is_missing_is_said_and_nothing_changes(browser, product, lot, said, sentence):
    said = {name: product.pk if value == "p" else value for name, value in said.items()}
    page = browser.post(f"{RECALL}?lot={lot}", said)
    assert (page.status_code, sentence in page.content.decode(), Lot.objects.count()) == (200, True, 0)


def test_the_report_is_a_file_without_formulas_and_its_taking_is_audited(browser, clinic):
    used(clinic, "AB1", "=1+1", cartridge_expires_on="2028-02-29", cartridge_gtin=GTIN)
    assert browser.get(f"{REPORT}?lot=AB1").status_code == 405
    answer = browser.post(f"{REPORT}?lot=AB1")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert (answer["Content-Type"], len(rows)) == ("text/csv; charset=utf-8", 1)
    facts = {name: rows[0][name] for name in ("client", "lot", "product", "expires", "cartridges", "ended")}
    assert facts == {
        "client": "'=1+1 Client",
        "lot": "AB1",
        "product": GTIN,
        "expires": "2028-02-29",
        "cartridges": "1",
        "ended": "2026-06-01",
    }
    assert AuditEvent.objects.get(action="session.recall_report").facts == {"sessions": 1}


def test_the_front_desk_recalls_nothing(front_desk, signed_in):
    browser = signed_in(front_desk)
    answers = [
        browser.get(RECALL),
        browser.post(f"{RECALL}?lot=A"),
        browser.post(f"{REPORT}?lot=A"),
        browser.get(REPORT),
    ]
    assert [answer.status_code for answer in answers] == [403] * 4


def test_another_clinics_product_is_no_choice(browser, product):
    foreign = ProductFactory(clinic=ClinicFactory())
    page = browser.post(f"{RECALL}?lot=AB1", {"product": foreign.pk, "reason": "x"})
    assert (page.status_code, Lot.objects.count()) == (200, 0)


def test_more_sessions_cost_no_more_queries(browser, clinic):
    def queries():
        with CaptureQueriesContext(connection) as asked:
            browser.get(f"{RECALL}?lot=AB1")
        return len(asked)

    used(clinic, "AB1")
    queries()
    one = queries()
    for name in ("Ada", "Grace", "Joan"):
        used(clinic, "AB1", name)
    assert (queries(), Session.objects.count()) == (one, 4)
