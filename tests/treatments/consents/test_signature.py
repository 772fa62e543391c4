import json

import pytest
from django.core.exceptions import ValidationError

from treatments.consents.admin.answers import polylines
from treatments.consents.forms import DrawingField


@pytest.mark.parametrize(
    ("written", "strokes"),
    [
        ("", []),
        ("[]", []),
        ("[[[0,0],[600,200]],[]]", [[[0, 0], [600, 200]]]),
        ("[[[1.44,2.6]]]", [[[1.4, 2.6]]]),
    ],
)
def test_a_drawing_is_read_as_strokes(written, strokes):
    assert DrawingField().clean(written) == strokes


@pytest.mark.parametrize(
    "written",
    [
        "{",
        "7",
        "null7",
        '"abc"',
        "[[1,2]]",
        "[[[1,2,3]]]",
        "[[[601,0]]]",
        "[[[0,-1]]]",
        "[[[NaN,0]]]",
        "[[[Infinity,0]]]",
        '[{"a":1}]',
        "[" * 100_000,
        json.dumps([[[1, 1]] * 5001]),
        json.dumps([[[1.123456789] * 2] * 4999]),
    ],
)
def test_anything_else_is_refused_in_words(written):
    with pytest.raises(ValidationError):
        DrawingField().clean(written)


def test_a_dot_is_a_stroke_of_no_length():
    assert polylines([[[1, 2], [3, 4]], [[5, 6]]]) == ["1,2 3,4", "5,6 5,6"]
