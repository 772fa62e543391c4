"""What is outside what a device is authorised for."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from treatments.products.guidance import PRESETS, Authorised, AuthorisedFor, off_label
from treatments.products.terms import PARTS_OF_FACE, SKIN_TYPES, Zone

pytestmark = pytest.mark.pure

MAKER = PRESETS["skinpen_precision"].said
DEPTHS = st.decimals(min_value="0.20", max_value="2.50", places=2)


def words(said=MAKER, age=40, skin_type="III", **depths):
    return off_label(
        said, age=age, skin_type=skin_type, depths={zone: Decimal(depth) for zone, depth in depths.items()}
    )


def test_the_face_includes_its_parts_to_the_depth_that_was_evaluated():
    assert words(cheeks="1.50", forehead="0.50") == []
    assert words(chin="1.55") == [
        "Chin and jaw: the SkinPen Precision is authorised to 1.50 mm there; 1.55 mm is deeper."
    ]


def test_a_zone_that_is_not_named_is_off_label():
    assert words(hands="0.50") == ["Hands: the SkinPen Precision is not authorised for this zone."]


def test_the_neck_is_for_skin_types_two_to_four():
    assert words(neck="0.50", skin_type="IV") == []
    assert words(neck="0.50", skin_type="V") == [
        "Neck: the SkinPen Precision is authorised for skin types II to IV there; the client’s is V."
    ]
    assert "the client’s is not known" in words(neck="0.50", skin_type="")[0]


def test_the_age_is_held_against_both_ends():
    said = Authorised("Pen", least_age=22, greatest_age=70)
    assert (words(said, age=22), words(said, age=70)) == ([], [])
    assert words(said, age=21) == ["Age: the Pen is authorised from 22 to 70 years of age; the client is 21."]
    assert len(words(said, age=71)) == 1


@given(
    depths=st.dictionaries(st.sampled_from(Zone.values), DEPTHS),
    age=st.integers(18, 110),
    skin=st.sampled_from(SKIN_TYPES),
)
def test_a_device_of_which_nothing_is_written_is_never_off_label(depths, age, skin):
    said = Authorised("Pen")
    assert not said.is_written
    assert off_label(said, age=age, skin_type=skin, depths=depths) == []


@given(zone=st.sampled_from(sorted(PARTS_OF_FACE)), depth=DEPTHS, deepest=DEPTHS)
def test_off_label_begins_just_beyond_the_depth_that_is_authorised(zone, depth, deepest):
    said = Authorised("Pen", zones={Zone.FULL_FACE: AuthorisedFor(deepest)})
    assert bool(off_label(said, age=30, skin_type="I", depths={zone: depth})) == (depth > deepest)
