"""The full face includes its parts, and nothing else includes another zone."""

import json
from pathlib import Path

from treatments.products.terms import Zone, whole_of

RULES = json.loads((Path(__file__).parents[1] / "screening" / "screening_rules.json").read_text())


def test_the_full_face_includes_every_zone_that_the_rules_call_face():
    includes = {zone for zone in Zone.values if whole_of(zone) == Zone.FULL_FACE}
    assert includes == set(RULES["face_areas"])


def test_any_other_zone_stands_for_itself():
    others = set(Zone.values) - set(RULES["face_areas"])
    assert {zone: whole_of(zone) for zone in others} == {zone: zone for zone in others}
