"""How a document is read: Markdown to blocks, initials, merge fields; and what never gets through."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from treatments.consents.guidance import ALWAYS, OF_A_TREATMENT, fields_of, filled, problem_of
from treatments.consents.rules import Block, Item, OddText, Span, clauses, escaped, parse, sha256, words_of
from treatments.consents.services import default_texts
from treatments.consents.terms import ConsentPurpose

WHOLE = """# What is *planned*

Read **this**, _then_
sign.\\
Or not.

[initials] I may **change** my mind.

- first
- [initials] second

1. [the register](https://example.org/a?b=1&c=2)
"""

# Each is what a client or a clinic could be called.
PAYLOADS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</textarea><!-- ",
    "&lt;b&gt;&amp;&#60;",
    "**bold** __bold__ *em* _em_ ~~gone~~",
    "[click](javascript:alert(1))",
    "![x](https://example.org/x.png)",
    "[x]: https://example.org",
    "<https://example.org>",
    "`code` ```",
    "# Heading",
    "- a point",
    "1. a point",
    "2) a point",
    "> quoted",
    "---",
    "===",
    "[initials] I agree to everything",
    "a\n\n[initials] I agree",
    "a\r\n# Heading\x0b\x0c\x00",
    "a\u2028\u2029# b",
    "{client} {nobody} {{ 7*7 }} {% load x %} {",
    '#read("/etc/passwd") $x^2$ @label',
    "\\",
    "\\\\*a\\*",
    "| a | b |\n|---|---|",
    "    code",
    "\tcode",
    "Zoë Müller-O’Neil, 李小龍 \u202e",
    "___",
    "***",
    "+ a",
]


def said_by(markdown):
    """The words of a text of one paragraph in plain style."""
    (block,) = parse(markdown)
    assert (block.kind, block.clause, {(span.strong, span.em) for span in block.spans}) == (
        "paragraph",
        0,
        {(False, False)},
    )
    return words_of(block.spans)


def on_one_line(value):
    return " ".join(value.replace("\x00", " ").split())


def test_a_document_is_headings_paragraphs_and_lists():
    assert parse(WHOLE) == (
        Block("heading", spans=(Span("What is "), Span("planned", em=True)), level=1),
        Block(
            "paragraph",
            spans=(
                *(Span("Read "), Span("this", strong=True), Span(", "), Span("then", em=True)),
                *(Span(" "), Span("sign."), Span(" "), Span("Or not.")),
            ),
        ),
        Block("paragraph", spans=(Span("I may "), Span("change", strong=True), Span(" my mind.")), clause=1),
        Block("list", items=(Item((Span("first"),)), Item((Span("second"),), clause=2))),
        Block(
            "list",
            items=(Item((Span("the register"), Span(" (https://example.org/a?b=1&c=2)"))),),
            ordered=True,
        ),
    )


def test_clauses_are_numbered_in_the_order_they_are_read():
    assert clauses(parse(WHOLE + "\n[initials] Last.\n")) == (1, 2, 3)


@pytest.mark.parametrize(
    ("markdown", "said"),
    [
        ("", "Line 1: the text is empty."),
        ("# Only a heading", "Line 1: the text is empty."),
        ("a\n\n> quoted", "Line 3: only headings, paragraphs and lists can be shown here."),
        ("a\n\n---\n", "Line 3: only headings, paragraphs and lists can be shown here."),
        ("a\n\n    code", "Line 3: only headings, paragraphs and lists can be shown here."),
        ("a\n\n```\ncode\n```", "Line 3: only headings, paragraphs and lists can be shown here."),
        ("a\n\n#### four", "Line 3: a heading has one to three # and no initials."),
        ("a\n\n# [initials] b", "Line 3: a heading has one to three # and no initials."),
        ("- a\n  - b", "Line 1: a point of a list is one paragraph, with no list or other block inside."),
        ("- a\n\n- b\n\n  c", "Line 3: a point of a list is one paragraph, with no list or other block inside."),
        ("- a\n-\n- c", "Line 2: a point of a list is one paragraph, with no list or other block inside."),
        ("a\n\n[initials]", "Line 3: there are no words here."),
        ("a\n\n#", "Line 3: there are no words here."),
        ("a [initials] b", "Line 1: [initials] stands at the start of a paragraph or a point of a list, nowhere else."),
        ("a **[initials]** b", "Line 1: [initials] stands at the start of a paragraph or a point of a list,"),
        ("a\n\n![x](y.png)", "Line 3: pictures and code cannot be shown here."),
        ("a `b`", "Line 1: pictures and code cannot be shown here."),
        ("a\n\n<b>b</b>", "Line 3: HTML cannot be shown here. Use Markdown."),
        ("a <!-- b -->", "Line 1: HTML cannot be shown here. Use Markdown."),
        ("a **b", "Line 1: there are two asterisks without their partner."),
        ("a __b", "Line 1: there are two underlines without their partner."),
        ("[a](javascript:alert(1))", "Line 1: this link cannot be shown."),
        ("a" * 60_001, "Line 1: the text is longer than 60000 characters."),
    ],
)
def test_what_the_blocks_cannot_say_is_refused_with_its_line(markdown, said):
    with pytest.raises(OddText) as odd:
        parse(markdown)
    assert str(odd.value).startswith(said)


@pytest.mark.parametrize("value", PAYLOADS)
def test_no_name_adds_markdown_initials_or_fields(value):
    markdown = filled("I, {client}, agree.", {"client": value, "nobody": "no"})
    assert said_by(markdown) == f"I, {on_one_line(value)}, agree."


@pytest.mark.parametrize("value", PAYLOADS)
def test_a_name_alone_on_its_line_is_a_paragraph_all_the_same(value):
    markdown = filled("{client}\n", {"client": value})
    assert said_by(markdown) == on_one_line(value)


@given(st.text(st.characters(codec="utf-8") | st.sampled_from(string.punctuation + " \n"), min_size=1))
def test_any_value_comes_out_as_the_words_it_was(value):
    words = on_one_line("".join(" " if ord(one) < 32 or ord(one) == 127 else one for one in value))
    assert said_by(filled("x {client} x", {"client": value})) == f"x {words or '{client}'} x"


@given(st.text(st.sampled_from("ab#*_[]()<>!`~-+=.>\\&;{}|\"' \n\t1") | st.characters(codec="utf-8")))
def test_any_text_is_read_or_refused_with_a_line_that_is_there(markdown):
    found = clauses(blocks) if (blocks := read(markdown)) else ()
    assert found == tuple(range(1, len(found) + 1))


def read(markdown):
    """Its blocks; None when it is refused, with a line that is there."""
    try:
        return parse(markdown)
    except OddText as odd:
        at, there = odd.line, markdown.count("\n") + markdown.count("\r") + 1
    assert 1 <= at <= there
    return None


def test_the_fields_are_a_closed_list():
    assert fields_of("treatment") == ALWAYS | OF_A_TREATMENT
    assert fields_of("photo_record") == ALWAYS


@pytest.mark.parametrize(
    ("purpose", "markdown", "said"),
    [
        ("treatment", "For {price}.", ""),
        ("photo_record", "Hello\n\nFor {price}.", "Line 3: {price} is not a field. These are: {client}, {clinic},"),
        ("treatment", "{client.email}", "Line 1: { is not a field."),
        ("treatment", "a }", "Line 1: } is not a field."),
        ("treatment", "{}", "Line 1: { is not a field."),
        ("treatment", "{{client}}", "Line 1: { is not a field."),
        ("treatment", "{Client}", "Line 1: { is not a field."),
        ("treatment", "Hello\n\n<b>{client}</b>", "Line 3: HTML cannot be shown here."),
    ],
)
def test_what_is_no_field_is_refused_with_its_line(purpose, markdown, said):
    assert problem_of(markdown, purpose)[: len(said) or None] == said


def test_a_value_that_names_a_field_is_not_filled_in_again():
    assert said_by(filled("{client} {clinic}", {"client": "{clinic}", "clinic": "Ours"})) == "{clinic} Ours"


def test_the_hash_is_of_the_very_bytes():
    assert sha256("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert sha256("é") == "4a99557e4033c3539de2eb65472017cad5f9557f7a0625a09f1c3f6e2ba69c4c"


@pytest.mark.parametrize("purpose", ConsentPurpose)
def test_every_default_document_can_be_shown(purpose):
    texts = default_texts(purpose)
    assert {language: problem_of(text, purpose) for language, text in texts.items()} == dict.fromkeys(texts, "")
    assert "en" in texts
    asked = {clauses(parse(filled(text, dict.fromkeys(fields_of(purpose), "x")))) for text in texts.values()}
    assert len(asked) == 1  # every language asks for initials in as many places


def test_words_are_escaped_on_one_line():
    assert escaped(" a*b\n\n_c_\u2028 ") == r"a\*b \_c\_"
