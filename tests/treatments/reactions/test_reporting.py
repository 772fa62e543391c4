"""The report for the regulator: all that is known of the device and the treatment, and nobody's name."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.practice.terms import Country
from tests.factories import (
    NOON,
    AmendmentFactory,
    CaseEntryFactory,
    CaseFactory,
    DeviceFactory,
    LotFactory,
    ProductFactory,
    SessionFactory,
    SessionZoneFactory,
    SignedRecordFactory,
)
from treatments.cases.models import Case
from treatments.reactions.guidance import KEEP, NOT_RECORDED, SCHEMES, without_names
from treatments.reactions.services import draft_report
from treatments.sessions.models import NumbingCream, Serum


@pytest.fixture
def reported(clinic):
    """A burn two days after a session of which all is written down."""
    device = DeviceFactory(clinic=clinic, name="Pen 4", maker="Penmaker", serial="SN-77")
    cartridge = {"product__name": "Sixteen", "product__maker": "Needlemaker", "product__gtin": "09506000134352"}
    lot = LotFactory(product__clinic=clinic, number="L-9", expires_on=date(2027, 3, 31), **cartridge)
    session = SessionFactory(
        plan__client__clinic=clinic,
        plan__client__first_name="Aurelia",
        plan__client__last_name="Quill",
        plan__client__date_of_birth=date(1990, 6, 1),
        plan__client__skin_type="IV",
        device=device,
        lot=lot,
        cartridge_lot="L-9",
        started_at=NOON - timedelta(hours=1),
        ended_at=NOON,
    )
    SessionZoneFactory(session=session, zone="chin", depth_mm=Decimal("1.25"))
    said = {"words": "AURELIA has a blister. Ms Aurelia Quill is worried.", "began_on": date(2026, 6, 3)}
    return CaseFactory(session=session, kind="rf_burn", grade=3, opened_at=NOON + timedelta(days=2), **said)


def test_it_says_all_that_is_known_of_device_lot_and_treatment(reported):
    text = draft_report(case=reported)
    for line in (
        "Report to: Yellow Card (MHRA, yellowcard.mhra.gov.uk)",
        "Age: 36 years",
        "Skin type (Fitzpatrick): IV",
        "Reaction: Burn by radio frequency",
        "Began: 3 Jun 2026, 2 days after the session",
        "Device: Pen 4",
        "Maker: Penmaker",
        "Serial number: SN-77",
        "Cartridge: Sixteen, Needlemaker",
        "Cartridge lot: L-9",
        "Cartridge expires: 31 Mar 2027",
        "Cartridge GTIN: 09506000134352",
        "Ended: 1 Jun 2026, 13:00",
        "Chin and jaw: 1.25 mm",
        KEEP,
    ):
        assert line in text.splitlines()


def test_numbing_cream_and_serums_are_in_it(reported):
    numb = ProductFactory(clinic=reported.clinic, kind="anaesthetic", name="Numb")
    gel = ProductFactory(clinic=reported.clinic, kind="serum", name="Hyal")
    here = {"clinic": reported.clinic, "session": reported.session}
    used = {"grams": Decimal("2.0"), "area": "face", "on_at": NOON - timedelta(hours=2)}
    NumbingCream.objects.create(**here, product=numb, strength="4 %", lot_number="NC-1", **used)
    Serum.objects.create(**here, product=gel, open_channels=True, lot_number="SE-2", expires_on=date(2026, 12, 1))
    text = draft_report(case=reported)
    assert "4 %, on 1 Jun 2026, 11:00, lot NC-1" in text
    assert "lot SE-2, expires 1 Dec 2026" in text


def test_what_was_amended_of_the_record_is_in_it(reported):
    assert "AMENDED" not in draft_report(case=reported)
    SignedRecordFactory(session=reported.session)
    AmendmentFactory(session=reported.session, subject="lot", before="L-9", after="L-8", lot_number="L-8")
    AmendmentFactory(session=reported.session, subject="depth", part="nose", before="", after="0.5 mm")
    text = draft_report(case=reported)
    assert "AMENDED SINCE THE RECORD WAS SIGNED\nCartridge lot: L-8 (it said: L-9)" in text
    assert "Needle depth: Nose: 0.5 mm (it said: nothing)" in text


def test_nobody_is_named_whoever_wrote_what(reported):
    CaseEntryFactory(case=reported, note="Rang aurelia; Quill’s mother answered.")
    text = draft_report(case=reported).casefold()
    assert [name in text for name in ("aurelia", "quill", "1990")] == [False] * 3
    assert "the client has a blister" in text
    assert "rang the client; the client’s mother answered." in text


def test_what_is_not_known_is_said_to_be_so(clinic):
    bare = CaseFactory(session=SessionFactory(plan__client__clinic=clinic), zones=[])
    text = draft_report(case=bare)
    assert f"Where: {NOT_RECORDED}" in text
    assert f"Cartridge lot: {NOT_RECORDED}" in text
    assert "How it ended: It is not over" in text


@pytest.mark.parametrize(
    ("country", "first"),
    [("US", "Report to: MedWatch (FDA, fda.gov/medwatch)"), ("GB-SCT", "yellowcard.mhra.gov.uk), Care Inspectorate")],
)
def test_each_country_has_its_own_scheme(reported, country, first):
    reported.clinic.country = country
    assert first in draft_report(case=reported).splitlines()[0]


def test_every_country_has_a_scheme():
    assert set(SCHEMES) == set(Country)


NAMES = st.text(alphabet="abcdeé", min_size=3, max_size=6)


@given(st.lists(NAMES, min_size=1, max_size=3), st.lists(NAMES, max_size=6))
def test_no_name_is_left_as_a_word_and_other_words_stay(names, words):
    told = without_names(" ".join([*words, *names, "and so"]), names).split()
    assert not set(names) & set(told)
    assert [word for word in words if word not in names] == [
        word for word in told if word in set(words) - {"the", "client"}
    ]


def test_the_page_shows_the_text_and_notes_the_report(reported, practitioner, signed_in):
    browser, page = signed_in(practitioner), f"/admin/treatments/case/{reported.pk}/report/"
    shown = browser.get(page).text
    assert "In Northern Ireland report to NIAIC." in shown
    assert "Serial number: SN-77" in shown
    said = {"where": "Yellow Card", "reported_on": "2026-06-04", "reference": "YC-5"}
    assert "cannot have been reported in the future" in browser.post(page, said | {"reported_on": "2999-01-01"}).text
    assert "Yellow Card, on 4 Jun 2026. Reference: YC-5." in browser.post(page, said, follow=True).text
    assert Case.objects.get().entries.last().kind == "reported"
