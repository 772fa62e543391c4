"""The look: nothing inline, one heading a page, legible colours, and forms whose help is where they say it is."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import get_template
from hypothesis import given
from hypothesis import strategies as st

from portal.colour import DARK_PAPER, LEGIBLE, LIGHT_PAPER, WHITE, contrast, ink_on, legible_on

ROOT = settings.ROOT
TEMPLATES = sorted([*ROOT.glob("templates/**/*.html"), *ROOT.glob("portal/templates/**/*.html")])
PAGES = [path for path in TEMPLATES if "emails" not in path.parts]
STYLES = ROOT / "portal/static/portal"
INLINE = {
    "a script in the page": re.compile(r"<script(?![^>]*\bsrc=)", re.IGNORECASE),
    "a style element": re.compile(r"<style", re.IGNORECASE),
    "a style attribute": re.compile(r"\sstyle=", re.IGNORECASE),
    "a handler": re.compile(r"\son[a-z]+\s*=\s*[\"']", re.IGNORECASE),
    "a script address": re.compile(r"javascript:", re.IGNORECASE),
}
PAPERS = ("--paper", "--card", "--sunk")
ON_PAPER = ("--ink", "--quiet", "--teal", "--teal-hover", "--accent", "--bad", "--ok", "--warn", "--info")
PAIRS = [
    *((ink, paper) for ink in ON_PAPER for paper in PAPERS),
    *((f"--{tone}", f"--{tone}-soft") for tone in ("ok", "warn", "bad", "info", "teal", "accent")),
    *(("--ink", f"--{tone}-soft") for tone in ("ok", "warn", "bad", "info", "teal")),
    ("--teal-ink", "--teal"),
    ("--teal-ink", "--teal-hover"),
    ("--bad-ink", "--bad"),
    ("--bar-ink", "--bar"),
]


def palettes() -> dict[str, dict[str, str]]:
    """The colours of palette.css by block: light, dark by the device, dark by the button."""
    css = (STYLES / "palette.css").read_text()
    blocks = re.findall(r"\{([^{}]*)\}", css)
    colours = [dict(re.findall(r"(--[\w-]+): (#[0-9a-f]{6});", block)) for block in blocks]
    return dict(zip(("light", "dark", "dark by the button"), colours, strict=False))


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_no_page_has_anything_inline(path):
    text = path.read_text()
    assert [what for what, pattern in INLINE.items() if pattern.search(text)] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_no_template_trusts_text_as_markup(path):
    text = path.read_text()
    assert [word for word in ("|safe", "autoescape off", "safeseq") if word in text] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_every_template_can_be_read(path):
    folder = next(folder for folder in ("portal/templates", "templates") if path.is_relative_to(ROOT / folder))
    assert get_template(str(path.relative_to(ROOT / folder)))


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_a_page_has_no_second_heading_of_the_first_level(path):
    text = re.sub(r"\{% block (?:content_title|h1|heading) %\}", "", path.read_text())
    branches = 2 if "{% else %}<h1" in text else 1
    assert len(re.findall(r"<h1", text)) <= branches


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize(("ink", "paper"), PAIRS)
def test_words_can_be_read_on_their_ground(mode, ink, paper):
    colours = palettes()[mode]
    assert contrast(colours[ink], colours[paper]) >= LEGIBLE


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("edge", ["--line-strong", "--focus"])
def test_edges_of_boxes_and_the_focus_ring_can_be_seen(mode, edge):
    colours = palettes()[mode]
    assert min(contrast(colours[edge], colours[paper]) for paper in ("--paper", "--card")) >= 3


def test_dark_is_the_same_by_the_device_and_by_the_button():
    found = palettes()
    assert found["dark"] == found["dark by the button"]
    assert found["dark"].keys() == found["light"].keys()


@given(st.integers(0, 0xFFFFFF))
def test_whatever_colour_a_clinic_chooses_it_can_be_read(number):
    colour = f"#{number:06x}"
    assert contrast(ink_on(colour), colour) >= LEGIBLE
    for paper in (WHITE, LIGHT_PAPER, DARK_PAPER):
        assert contrast(legible_on(paper, colour), paper) >= LEGIBLE


def test_black_on_white_is_as_far_apart_as_colours_get():
    assert round(contrast("#000000", "#ffffff"), 2) == 21.0


def test_a_clinics_colour_comes_as_a_stylesheet(client, db):
    answer = client.get("/clinic-colour/2f6f62.css")
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/css; charset=utf-8")
    assert answer.content.startswith(b":root{--clinic:#2f6f62;--clinic-ink:#ffffff;")


@pytest.mark.parametrize("odd", ["2f6f6", "2F6F62", "2f6f62;}", "red"])
def test_nothing_but_six_digits_is_a_colour(client, db, odd):
    assert client.get(f"/clinic-colour/{odd}.css").status_code == 404


def test_vendored_styles_name_no_file_that_is_not_here():
    vendored = [*(ROOT / "portal/static/vendor").rglob("*.css")]
    assert vendored
    assert [path.name for path in vendored if "sourceMappingURL" in path.read_text()] == []


ADDRESSES = [
    "/admin/",
    "/admin/clients/client/",
    "/admin/clients/client/add/",
    "/admin/portal/certificate/add/",
    "/admin/portal/clinic/",
    "/admin/password_change/",
    "/admin/treatments/device/add/",
    "/admin/treatments/session/",
]


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("sent", [False, True], ids=["opened", "sent empty"])
def test_pages_have_one_heading_and_every_description_is_there(signed_in, owner, address, sent):
    browser = signed_in(owner)
    page = (browser.post if sent else browser.get)(address, follow=True).content.decode()
    ids = re.findall(r'\sid="([^"]+)"', page)
    described = {
        name for value in re.findall(r'aria-(?:describedby|labelledby)="([^"]*)"', page) for name in value.split()
    }
    assert page.count("<h1") == 1
    assert described - set(ids) == set()
    assert sorted({name for name in ids if ids.count(name) > 1}) == []
