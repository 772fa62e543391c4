from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from treatments.plans.guidance import ZoneDepth, depth_advice, depth_refusal, usual_range, zones_refusal
from treatments.products.terms import Zone

LIMITS = "The needle depth must be from 0.2 to 2.5 mm."
ASKS = "Say why this zone needs more than 1.5 mm."
any_depth = st.decimals(min_value=0, max_value=4, places=2)


@pytest.mark.parametrize(
    ("depth", "greatest", "reason", "words"),
    [
        ("0.19", "2.50", "", LIMITS),
        ("0.20", "2.50", "", ""),
        ("1.50", "2.50", "", ""),
        ("1.51", "2.50", "", ASKS),
        ("1.51", "2.50", "   ", ASKS),
        ("1.51", "2.50", "old acne scars", ""),
        ("2.50", "2.50", "old acne scars", ""),
        ("2.51", "2.50", "old acne scars", LIMITS),
        ("0.00", "2.50", "", LIMITS),
        ("-1", "2.50", "", LIMITS),
        ("1.00", "1.00", "", ""),
        ("1.01", "1.00", "", "The practitioner's certificate allows at most 1.0 mm."),
        ("1.60", "1.55", "old acne scars", "The practitioner's certificate allows at most 1.55 mm."),
    ],
)
def test_a_depth_is_refused_with_the_reason(depth, greatest, reason, words):
    assert depth_refusal(Decimal(depth), Decimal(greatest), reason) == words


@given(any_depth, st.decimals(min_value="0.20", max_value="2.50", places=2), st.text(max_size=5))
def test_what_passes_is_within_the_limits_the_certificate_and_has_its_reason(depth, greatest, reason):
    passes = depth_refusal(depth, greatest, reason) == ""
    within = Decimal("0.20") <= depth <= min(greatest, Decimal("2.50"))
    assert passes == (within and (depth <= Decimal("1.50") or bool(reason.strip())))


@given(st.sampled_from(Zone.values), any_depth)
def test_advice_is_given_exactly_outside_the_usual_range(zone, depth):
    least, greatest = usual_range(zone)
    assert (depth_advice(zone, depth) == "") == (least <= depth <= greatest)


def test_advice_names_the_usual_range_and_the_depth():
    assert depth_advice("cheeks", Decimal("1.20")) == "Usual for the cheeks: 0.5 to 1.0 mm. You wrote 1.2 mm."


def test_every_zone_has_a_usual_range_within_the_limits():
    assert all(Decimal("0.20") <= usual_range(z)[0] < usual_range(z)[1] <= Decimal("1.50") for z in Zone.values)


@pytest.mark.parametrize(
    ("zones", "words"),
    [
        ([], "Write the needle depth of at least one zone."),
        ([ZoneDepth("cheeks", Decimal("1")), ZoneDepth("nose", Decimal("0.4"))], ""),
        ([ZoneDepth("cheeks", Decimal("1")), ZoneDepth("cheeks", Decimal("0.4"))], "Cheeks is listed twice."),
        ([ZoneDepth("cheeks", Decimal("2.6"))], f"Cheeks: {LIMITS}"),
    ],
)
def test_zones_are_refused_with_the_reason(zones, words):
    assert zones_refusal(zones, Decimal("2.50")) == words
