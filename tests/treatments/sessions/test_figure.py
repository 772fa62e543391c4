"""The drawings of the chart: every zone has its place, its word and its shade."""

from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from treatments.plans.guidance import in_mm
from treatments.products.terms import Zone
from treatments.sessions.admin import figure
from treatments.sessions.admin.charts import SHADES, drawing_of
from treatments.sessions.forms.charting import placed
from treatments.sessions.rules import PointNoted, ZoneDone, chart_problems, device_problem, middle_of, passes_advice
from treatments.sessions.terms import MOST_PASSES, MOST_POINTS, SIDE

pytestmark = pytest.mark.pure

DEPTHS = st.decimals(min_value="0.20", max_value="2.50", places=2)
ZONES = st.sampled_from(Zone.values)


@pytest.mark.parametrize("zone", Zone.values)
def test_every_zone_has_a_shape_and_a_word_on_one_drawing(zone):
    paths = figure.FACE if middle_of(zone).drawing == "face" else figure.BODY
    labels = figure.FACE_LABELS if middle_of(zone).drawing == "face" else figure.BODY_LABELS
    assert (zone in figure.FACE) != (zone in figure.BODY)
    assert paths[zone].startswith("M")
    assert paths[zone].endswith("Z")
    assert labels[zone].words


@given(depths=st.dictionaries(ZONES, DEPTHS))
def test_the_words_say_every_depth_that_the_drawings_show(depths):
    words = " ".join(drawing_of(name, depths).alternative for name in ("face", "body"))
    for zone, depth in depths.items():
        assert f"{Zone(zone).label} {in_mm(depth)} mm" in words


@given(zone=ZONES, one=DEPTHS, other=DEPTHS)
def test_a_deeper_zone_is_never_shaded_lighter(zone, one, other):
    def shade(depth):
        shapes = drawing_of(middle_of(zone).drawing, {zone: depth}).shapes
        return next(shape.shade for shape in shapes if shape.zone == zone)

    assert {shade(one), shade(other)} <= {shade for _, shade in SHADES}
    assert (shade(min(one, other))) <= shade(max(one, other))


@given(zones=st.lists(ZONES, max_size=MOST_POINTS))
@example(zones=["decollete"] * MOST_POINTS)
def test_points_that_nobody_placed_lie_on_the_drawing_and_apart(zones):
    points: list[PointNoted] = []
    for zone in zones:
        points.append(placed(zone, "Note", None, None, points))
    assert chart_problems([], points) == []
    assert len({(point.zone, point.x, point.y) for point in points}) == len(points)


@given(x=st.integers(-SIDE, 2 * SIDE), y=st.integers(-SIDE, 2 * SIDE))
def test_a_point_is_refused_exactly_when_it_is_off_the_drawing(x, y):
    on_it = 0 <= x <= SIDE and 0 <= y <= SIDE
    assert (chart_problems([], [PointNoted("nose", x, y, "Note")]) == []) == on_it


@given(passes=st.integers(-3, 12))
def test_passes_are_refused_exactly_beyond_one_to_six(passes):
    zone = ZoneDone("nose", Decimal("0.50"), passes=passes)
    assert (chart_problems([zone], []) == []) == (1 <= passes <= MOST_PASSES)


@given(depth=DEPTHS, deepest=st.none() | DEPTHS)
def test_a_device_refuses_exactly_what_is_deeper_than_it_goes(depth, deepest):
    problem = device_problem(ZoneDone("nose", depth), "Pen", deepest)
    assert bool(problem) == (deepest is not None and depth > deepest)


@given(passes=st.none() | st.integers(1, 6), least=st.integers(1, 6), most=st.integers(1, 6))
def test_passes_are_pointed_out_exactly_outside_the_plan(passes, least, most):
    least, most = sorted((least, most))
    advice = passes_advice(ZoneDone("nose", Decimal("0.50"), passes=passes), least, most)
    assert bool(advice) == (passes is not None and not least <= passes <= most)
