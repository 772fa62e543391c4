"""The client's copy: a real PDF of all that was signed, in which nobody's words are ever typst's code."""

from hashlib import sha256

import pytest

from tests.factories import CertificateFactory, ClientFactory
from tests.treatments.consents.pdf_words import drawn, objects_of, words_in
from tests.treatments.consents.rows import STROKES, asked, sign, signed
from tests.treatments.consents.test_rules import PAYLOADS
from treatments.consents.rules import parse, words_of
from treatments.consents.services import default_texts

HOSTILE = [
    '#read("/etc/passwd")',
    '#image("/etc/hostname") #include "x.typ"',
    "$ x^2 $ *bold* _em_ `raw` = heading - point @label <label>",
    "#sys.inputs #panic() #import",
    "\\u{41} \\# ~ -- --- ... \"a\" 'b' //c /* d */ [#]",
    "</script><b>&amp;",
    "]#it.client[",
    '", "x": "y',
]


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def file_of(consent):
    consent.refresh_from_db()
    with consent.pdf.open() as pdf:
        return pdf.read()


def pressed(words):
    return "".join(words.split())


def named(practitioner, **facts):
    """A request to a client with such a name or address."""
    client = ClientFactory(clinic=practitioner.clinic, **facts)
    return asked(practitioner, "photo_record", client=client)


def all_words_of(consent):
    """Every block of what was signed, as one reads it."""
    blocks = parse(consent.text)
    return [words_of(part.spans) for block in blocks for part in (block, *block.items) if part.spans]


def test_it_is_a_pdf_and_the_hash_kept_is_the_files(practitioner):
    consent = signed(practitioner).consent
    pdf = file_of(consent)
    assert (pdf[:5], pdf.rstrip()[-5:]) == (b"%PDF-", b"%%EOF")
    assert consent.pdf_sha256 == sha256(pdf).hexdigest()


def test_it_holds_every_word_that_was_signed(practitioner):
    consent = signed(practitioner).consent
    words = words_in(file_of(consent))
    missing = [said for said in all_words_of(consent) if pressed(said) not in words]
    assert missing == []


def test_it_says_who_signed_what_when_from_where_and_to_whom(practitioner):
    practitioner.clinic.address = "1 High Street\nLondon"
    practitioner.clinic.save()
    consent = signed(practitioner).consent
    words = words_in(file_of(consent))
    facts = [
        *("Ada Byron", practitioner.clinic.name, "1 High Street", "London", practitioner.clinic.phone),
        *(
            str(practitioner),
            "17 May 1985",
            "1 Jun 2026, 13:00",
            "(BST, Europe/London)",
            "203.0.113.7",
            consent.text_sha256,
        ),
        *("Version of the text 1", "Drawn by hand"),
    ]
    assert [fact for fact in facts if pressed(fact) not in words] == []
    assert words.count("Initials:AB") == len(consent.initials)


def test_it_is_tagged_for_screen_readers_and_says_its_language_and_title(practitioner):
    objects = objects_of(file_of(signed(practitioner).consent))
    catalogue = next(facts for facts, _ in objects.values() if b"/Type/Catalog" in facts)
    assert [b"/Marked true" in catalogue, b"/Lang(en" in catalogue, b"/StructTreeRoot" in catalogue] == [True] * 3
    assert any(stream and b"<pdfuaid:part>1<" in stream for _, stream in objects.values())
    assert any(
        b"/S/Figure" in facts and b"/Alt(Drawn signature of Ada Byron)" in facts for facts, _ in objects.values()
    )
    assert any(b"/S/H1" in facts for facts, _ in objects.values())


def test_the_drawn_signature_is_there_stroke_by_stroke(practitioner):
    rows = asked(practitioner, "photo_record", "photo_teaching")
    with_drawing, without = (
        drawn(file_of(sign(rows.consents[one], signature=strokes)))
        for one, strokes in (("photo_record", STROKES), ("photo_teaching", []))
    )
    # 600 x 200 becomes 300 x 100 points: (10, 20) (30.5, 40), and a dot.
    lines = [b"5 10 m 15.25 20 l\nS", b"25 30 m 25.8 30 l\nS"]
    assert ([line in with_drawing for line in lines], [line in without for line in lines]) == ([True] * 2, [False] * 2)


def test_a_typed_signature_is_said_to_be_typed(practitioner):
    words = words_in(file_of(sign(asked(practitioner, "photo_record").consent, signature=[])))
    assert ("Signedwiththetypedname" in words, "Drawnbyhand" in words) == (True, False)


@pytest.mark.parametrize("hostile", HOSTILE)
def test_a_hostile_name_is_plain_text_wherever_it_stands(practitioner, hostile):
    rows = named(practitioner, first_name=hostile[:60], last_name="Byron")
    CertificateFactory(membership=practitioner, title=hostile)
    practitioner.clinic.address = hostile
    practitioner.clinic.save()
    consent = sign(rows.consent, signed_name=hostile, witness_name=f"w {hostile}", witness_signature=STROKES)
    words = words_in(file_of(consent))
    # The client in the text and in the facts; the signer; the witness; the clinic's address.
    name = pressed(hostile)
    assert (words.count(name) >= 4, f"w{name}" in words, pressed(f"{hostile[:60]} Byron") in words) == (True,) * 3
    assert [secret for secret in ("root:", "/bin/bash", "dictionary(") if secret in words] == []


@pytest.mark.parametrize("value", PAYLOADS)
def test_whatever_a_client_is_called_there_is_a_copy(practitioner, value):
    consent = sign(named(practitioner, first_name=value.replace("\x00", "")[:60]).consent)
    assert file_of(consent)[:5] == b"%PDF-"


@pytest.mark.parametrize("name", ["محمد علي", "李小龍", "Ωμέγα", "שרה", "नेहा", "👩🏽‍⚕️ Ann", "𐎠𐎡 Ann"])
def test_a_name_in_any_script_gets_a_tagged_copy(practitioner, name):
    pdf = file_of(sign(named(practitioner, first_name=name).consent, signed_name=name))
    assert (pdf[:5], b"/StructTreeRoot" in pdf) == (b"%PDF-", True)


@pytest.mark.parametrize("language", sorted(default_texts("treatment")))
def test_the_copy_is_in_the_language_that_was_read(practitioner, language):
    consent = sign(asked(practitioner).consent, language=language)
    pdf = file_of(consent)
    words = words_in(pdf)
    assert consent.language == language
    assert f"/Lang({language}".encode() in pdf
    assert [said for said in all_words_of(consent) if pressed(said) not in words] == []
