"""A step's words as a ready email: rendered once, joined for each message."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from django.utils import translation

from portal.practice.emails import INLINER
from treatments.care.emails import Look, Part, letter_and_style, letter_of, look_of
from treatments.care.guidance import Words, default_words
from treatments.care.services import shipped_schedule

LOOK = Look("Linden", "#2f6f62", "1 Way\nTown", "+44 20 7946 0000", "In an emergency call 999.")
WORDS = Words("Hello", "Title", "Hello {called}.\n\n{next_session}\n\nBye **now**.", "Tell us", "Call {phone}.")
VALUES = {
    "called": "Ada",
    "practitioner": "Maya Linden",
    "clinic": "Linden",
    "phone": "+44 20 7946 0000",
    "treated_on": "1 Jun 2026",
    "fever": "38 °C",
    "until": "1 Jul 2026",
    "next_session": "Next on 1 July.",
    "personal_line": "",
    "link": "https://portal.example/l/",
    "off_link": "",
}
STEPS = shipped_schedule().steps
VOID = {"meta", "br", "img", "link", "hr"}


def filled(*parts, language="en", look=LOOK, **values):
    return letter_of(parts or (Part(WORDS, asks=True),), language, look).filled(VALUES | values)


class Structure(HTMLParser):
    """What an email is built of."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.open, self.unbalanced = [], [], []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.unbalanced.append(tag)

    def all(self, tag):
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.mark.parametrize("language", ["en", "de", "fr", "es"])
@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.key)
def test_every_default_email_is_built_as_mail_programs_need_it(step, language):
    _text, html = filled(Part(step.words[language], step.asks != "nothing"), language=language, off_link="https://x/")
    found = Structure(html)
    assert (len(html.encode()) < 60_000, found.unbalanced, found.open) == (True, [], [])
    assert [len(found.all("h1")), found.all("html")] == [1, [{"lang": language}]]
    assert {table.get("role") for table in found.all("table")} == {"presentation"}
    assert [image for image in found.all("img") if "alt" not in image] == []
    assert "prefers-color-scheme: dark" in html


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.key)
def test_no_email_fetches_anything_and_each_has_one_button(step):
    _text, html = filled(Part(step.words["en"], step.asks != "nothing"))
    found = Structure(html)
    loaded = [*found.all("img"), *found.all("link"), *found.all("script"), *found.all("iframe"), *found.all("video")]
    assert (loaded, re.findall(r"url\(|@import|@font-face|src=", html)) == ([], [])
    buttons = [link["href"] for link in found.all("a") if "button" in link.get("class", "")]
    assert buttons == ([] if step.asks == "nothing" else ["https://portal.example/l/"])


def test_styles_stand_where_mail_programs_look_for_them_and_are_put_there_once(monkeypatch):
    counted = []

    class Counting:
        def inline(self, html):
            counted.append(1)
            return INLINER.inline(html)

    monkeypatch.setattr("treatments.care.emails.letters.INLINER", Counting())
    look = LOOK._replace(name="Counted")
    htmls = [filled(look=look, called=name)[1] for name in ("Ada", "Bea", "Cleo")]
    assert ([bool(re.search(r'<h1 style="[^"]*font-size', html)) for html in htmls], counted) == ([True] * 3, [1])


def test_what_stands_in_each_line_is_not_said_a_second_time():
    style = filled()[1].partition("<style>")[2].partition("</style>")[0]
    begin, dark = style.partition("@media (prefers-color-scheme: dark)")[::2]
    assert (".band" in begin, ".letter {" in begin, ".letter," in dark) == (False, False, True)


def test_no_mark_is_left_and_no_value_can_add_html_or_another_value():
    hostile = {"called": "<b>{phone}</b>", "personal_line": "One\n<i>two</i> {called}"}
    text, html = filled(**hostile)
    assert re.findall(r"[\ue000-\uf8ff]", text + html) == []
    assert ("Hello <b>{phone}</b>." in text, "One\n<i>two</i> {called}" in text) == (True, True)
    assert ("&lt;b&gt;{phone}&lt;/b&gt;" in html, "One<br>&lt;i&gt;two&lt;/i&gt; {called}" in html) == (True, True)


def test_a_paragraph_of_its_own_is_there_or_leaves_no_trace():
    there, gone = filled(), filled(next_session="")
    assert [part.count("Next on 1 July.") for part in (*there, *gone)] == [1, 1, 0, 0]
    assert ("Hello Ada.\n\nNext on 1 July.\n\nBye now." in there[0], "Hello Ada.\n\nBye now." in gone[0]) == (
        True,
        True,
    )
    assert there[1].count("<p") - gone[1].count("<p") == 1


def test_a_practitioners_own_line_stands_before_all_other_words():
    text, html = filled(personal_line="I thought of you.")
    for part in (text, html):
        assert part.index("I thought of you.") < part.index("Hello Ada.")


def test_the_way_out_is_in_the_footer_when_there_is_one():
    with_it, without = filled(off_link="https://portal.example/off/"), filled()
    assert [part.count("https://portal.example/off/") for part in (*with_it, *without)] == [1, 1, 0, 0]


def test_an_email_with_several_steps_names_the_others_and_keeps_one_button_and_every_warning():
    lead, other = replace(WORDS, warning="First sign."), replace(WORDS, title="And this", warning="Second sign.")
    silent = Words("S", "Only words", "Mind the sun.", "", "First sign.")
    text, html = filled(Part(lead, asks=True), Part(other, asks=True), Part(silent, asks=False))
    for part in (text, html):
        found = [part.count(words) for words in ("also leads to", "And this", "Only words", "Mind the sun.", "Tell us")]
        assert found == [1] * 5
        assert [part.count(words) for words in ("First sign.", "Second sign.")] == [1, 1]


def test_aftercare_that_leads_takes_the_button_of_the_step_that_asks():
    lead = Part(replace(WORDS, button=""), asks=False)
    text, _html = filled(lead, Part(replace(WORDS, button="How are you?"), asks=True))
    assert "How are you?\nhttps://portal.example/l/" in text


def test_another_look_is_another_letter(clinic):
    before = look_of(clinic, "de")
    clinic.colour = "#112233"
    after = look_of(clinic, "de")
    assert [letter_of((Part(WORDS, asks=True),), "de", look) is letter_of((Part(WORDS, asks=True),), "de", before)
            for look in (before, after)] == [True, False]  # fmt: skip
    assert "#112233" in filled(look=after)[1]


def test_the_clinics_look_says_whom_to_call_in_the_readers_language(clinic):
    assert look_of(clinic, "de").emergency != look_of(clinic, "en").emergency
    clinic.emergency_words = "Ring the night desk."
    assert look_of(clinic, "de").emergency == "Ring the night desk."


def test_the_frame_is_in_the_language_of_the_words_whatever_language_is_open():
    words = default_words("day_1")["fr"]
    with translation.override("de"):
        text, html = filled(Part(words, asks=True), language="fr", look=LOOK._replace(name="Frame"))
    assert ('<html lang="fr">' in html, "Le lien est valable" in text) == (True, True)


def test_a_page_of_ours_shows_the_same_email_with_no_style_inside():
    letter, style = letter_and_style((Part(WORDS, asks=True),), "en", LOOK)
    _text, html = letter.filled(VALUES | {"style": "/style/"})
    assert ("style=" in html, "<style" in html, '<link rel="stylesheet" href="/style/">' in html) == (
        False,
        False,
        True,
    )
    assert ".redflag" in style
