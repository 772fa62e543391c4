"""What a consent to treatment covers."""

from decimal import Decimal

import pytest

from treatments.consents.guidance import ZoneDepth, beyond

FACE = {"zones": {"full_face": "0.50", "cheeks": "1.00"}, "device_kind": "mechanical", "topical_anaesthetic": False}


@pytest.mark.parametrize(
    ("zone", "depth", "found"),
    [
        ("cheeks", "1.00", []),
        ("cheeks", "1.05", [("depth", "cheeks")]),
        ("nose", "0.50", []),
        ("nose", "0.55", [("depth", "nose")]),
        ("neck", "0.30", [("zone", "neck")]),
        ("full_face", "0.55", [("depth", "full_face")]),
    ],
)
def test_a_consent_to_the_full_face_covers_its_parts_as_deep_as_was_agreed(zone, depth, found):
    planned = [ZoneDepth(zone, Decimal(depth))]
    assert beyond(FACE, zones=planned, device_kind="mechanical", topical_anaesthetic=False) == found


def test_another_device_and_a_numbing_cream_are_beyond_it():
    assert beyond(FACE, zones=[], device_kind="rf", topical_anaesthetic=True) == [("device", "rf"), ("cream", "")]
