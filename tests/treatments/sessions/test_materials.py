"""What goes on the skin and how a session ends: numbing cream, serums, skin, aftercare."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from tests.factories import NOON, ClosingFactory, LotFactory, NumbingCreamFactory, SerumFactory, SkinSignFactory
from tests.treatments.sessions.conftest import refusal, start
from tests.treatments.sessions.recorded import MINUTE, complete, cream, cream_of, serum_of, write
from treatments.models import Closing, NumbingCream, Serum
from treatments.sessions.services.materials import SerumUsed

DAY = timedelta(days=1)


@pytest.fixture
def begun(ready):
    start(ready)
    return ready


def page(session):
    return reverse("admin:treatments_session_materials", args=[session.pk])


def test_materials_are_written_while_the_session_goes_on_and_replaced_later(begun):
    numb, gel = cream_of(begun.clinic), serum_of(begun.clinic)
    write(begun, creams=[cream(numb, off_at=None, removed=False)], serums=[SerumUsed(gel), SerumUsed(gel)])
    write(begun, creams=[cream(numb)], serums=[SerumUsed(gel)])
    assert [(row.off_at, row.removed, row.most_grams) for row in NumbingCream.objects.all()] == [
        (NOON + 20 * MINUTE, True, Decimal(10))
    ]
    assert (Serum.objects.count(), begun.session.skin_signs.count(), Closing.objects.get().told_by) == (1, 1, begun.by)


def test_nothing_is_written_for_a_session_that_has_not_begun(ready):
    assert refusal(write, ready) == "Only of a session that was started can this be written down."


@pytest.mark.parametrize("kind", ["cream", "serum"])
def test_a_lot_that_expired_or_is_quarantined_is_refused(begun, kind):
    product = {"cream": cream_of, "serum": serum_of}[kind](begun.clinic)
    LotFactory(product=product, number="OLD", expires_on=NOON.date() - DAY)
    aside = {"quarantined_at": NOON - DAY, "quarantined_by": begun.by, "quarantine_reason": "Recalled"}
    LotFactory(product=product, number="ASIDE", state="quarantined", **aside)
    for number, words in (("OLD", "expired on 31 May 2026"), ("ASIDE", "is quarantined and must not be used")):
        used = {"cream": {"creams": [cream(product, lot=number)]}, "serum": {"serums": [SerumUsed(product, number)]}}
        assert words in refusal(write, begun, **used[kind])
    assert (NumbingCream.objects.count(), Serum.objects.count()) == (0, 0)


def test_a_listed_lot_is_linked_with_its_expiry_in_capitals_or_not(begun):
    numb = cream_of(begun.clinic, gtin="09521000000025")
    lot = LotFactory(product=numb, number="C4418", expires_on=date(2027, 1, 1))
    for text in ("c4418", "(01)09521000000025(17)270101(10)C4418"):
        write(begun, creams=[cream(numb, lot=text)])
        row = NumbingCream.objects.get()
        assert (row.lot, row.lot_number, row.expires_on) == (lot, "C4418", date(2027, 1, 1))


def test_another_products_barcode_is_refused(begun):
    numb = cream_of(begun.clinic, gtin="09521000000032")
    words = "This barcode is of another product than Numb 4%."
    assert refusal(write, begun, creams=[cream(numb, lot="(01)09521000000025(10)C4418")]) == words


def test_the_cartridges_expiry_is_added_where_nothing_was_known_and_refused_when_it_had_expired(begun):
    complete(begun, cartridge_lot="UNKNOWN")
    assert "expired on 1 May 2026" in refusal(write, begun, cartridge_expires_on=date(2026, 5, 1))
    write(begun, cartridge_expires_on=date(2027, 5, 1))
    assert begun.session.cartridge_expires_on == date(2027, 5, 1)


NONSENSE = [
    (NumbingCreamFactory, {"grams": 0}),
    (NumbingCreamFactory, {"area": ""}),
    (NumbingCreamFactory, {"off_at": NOON}),
    (NumbingCreamFactory, {"removed": True}),
    (SerumFactory, {"open_channels": False}),
    (SkinSignFactory, {"sign": "glow"}),
    (SkinSignFactory, {"degree": "much"}),
    (ClosingFactory, {"spoken": True}),
]


@pytest.mark.parametrize(("factory", "nonsense"), NONSENSE)
def test_the_database_refuses_nonsense(begun, factory, nonsense):
    with pytest.raises(IntegrityError), transaction.atomic():
        factory(session=begun.session, **nonsense)


def test_the_database_refuses_a_teller_without_a_way_and_a_sign_twice(begun):
    SkinSignFactory(session=begun.session)
    for factory, facts in ((SkinSignFactory, {}), (ClosingFactory, {"told_by": begun.by})):
        with pytest.raises(IntegrityError), transaction.atomic():
            factory(session=begun.session, **facts)


def said(begun, numb, **more):
    return {
        "cream_product": numb.pk,
        "cream_grams": "5",
        "cream_area": "Cheeks",
        "cream_on": "12:40",
        "cream_off": "13:00",
        "cream_removed": "on",
        "skin_erythema": "mild",
        "told": ["water"],
        "spoken": "on",
        "told_by": begun.member.pk,
    } | more


def test_the_page_keeps_it_and_shows_it_again(begun, signed_in):
    begun.plan.topical_anaesthetic = True
    begun.plan.save()
    browser, numb, gel = signed_in(begun.member), cream_of(begun.clinic), serum_of(begun.clinic)
    browser.post(page(begun.session), said(begun, numb, serum_1_product=gel.pk, serum_1_lot="S1"))
    shown = browser.get(page(begun.session)).context["form"]
    kept = [shown[name].value() for name in ("cream_grams", "cream_area", "serum_1_lot", "skin_erythema", "spoken")]
    assert kept == [Decimal("5.0"), "Cheeks", "S1", "mild", True]
    assert f"{shown['cream_on'].value():%H:%M}" == "12:40"


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"cream_off": "12:30"}, "cream_off", "This must be later than the time on. Check both times."),
        ({"cream_off": ""}, "cream_off", "Write when it was removed."),
        ({"cream_grams": ""}, "cream_grams", "Write how many grams."),
        ({"cream_grams": "-3"}, "cream_grams", "Write the grams as a number, such as 12 or 12.5."),
        ({"cream_grams": "5.55"}, "cream_grams", "Write the grams as a number, such as 12 or 12.5."),
        ({"cream_product": ""}, "cream_product", "Choose the product."),
        ({"told_by": ""}, "told_by", "Choose who gave it."),
        ({"serum_2_lot": "S1"}, "serum_2_product", "Choose the serum."),
    ],
)
def test_what_is_wrong_is_said_at_the_field(begun, signed_in, change, field, words):
    form = signed_in(begun.member).post(page(begun.session), said(begun, cream_of(begun.clinic), **change)).context
    assert form["form"].errors == {field: [words]}


def test_more_cream_than_its_maximum_and_an_odd_serum_are_saved_once_they_were_seen(begun, signed_in):
    browser, odd = signed_in(begun.member), serum_of(begun.clinic, name="Vitamin C", open_channels=False)
    sent = said(begun, cream_of(begun.clinic), cream_grams="12", serum_1_product=odd.pk)
    first = browser.post(page(begun.session), sent).context["form"]
    assert first.errors == {"serum_1_reason": [
        "Vitamin C is not marked for use on open channels. Write why it was used."
    ]}  # fmt: skip
    sent["serum_1_reason"] = "Asked for it"
    form = browser.post(page(begun.session), sent).context["form"]
    assert [point.words for point in form.points] == [
        "12 g are more than the 10 g that Numb 4% is meant for.",
        "The plan, and the consent to it, are without numbing cream.",
        "Vitamin C is not marked for use on open channels.",
    ]
    assert not Serum.objects.exists()
    browser.post(page(begun.session), sent | {"seen": form.points_digest})
    row = Serum.objects.get()
    assert (row.open_channels, row.reason, NumbingCream.objects.get().grams) == (False, "Asked for it", Decimal(12))


def test_another_clinics_cream_cannot_be_chosen(begun, signed_in):
    other = NumbingCreamFactory().product
    form = signed_in(begun.member).post(page(begun.session), said(begun, other)).context["form"]
    assert "cream_product" in form.errors


@pytest.mark.parametrize(("factory", "product_of"), [(NumbingCreamFactory, cream_of), (SerumFactory, serum_of)])
def test_the_database_refuses_what_must_not_go_on_the_skin(begun, factory, product_of):
    complete(begun)
    product, clinic = product_of(begun.clinic), begun.clinic
    aside = {"quarantined_at": NOON - DAY, "quarantined_by": begun.by, "quarantine_reason": "Recalled"}
    lots = [
        LotFactory(product=product, expires_on=NOON.date() - 2 * DAY),
        LotFactory(product=product, state="quarantined", **aside),
        LotFactory(product__clinic=clinic),
        LotFactory(),
    ]
    nonsense = [{"lot": lot, "lot_number": lot.number} for lot in lots]
    nonsense += [{"product": lots[2].product}, {"product": product_of(LotFactory().clinic)}]
    nonsense += [{"lot_number": "X", "expires_on": NOON.date() - 2 * DAY}]
    for wrong in nonsense:
        with pytest.raises(IntegrityError, match="must not be used"), transaction.atomic():
            factory(session=begun.session, **{"product": product} | wrong)
    fine = LotFactory(product=product)
    row = factory(session=begun.session, product=product, lot=fine, lot_number=fine.number)
    with pytest.raises(IntegrityError, match="must not be used"), transaction.atomic():
        type(row).objects.update(lot=lots[0])
