"""The words that a reader of a PDF sees, read from its bytes: enough for the PDFs that the portal makes itself."""

import re
import zlib

OBJECT = re.compile(rb"(?s)(\d+) 0 obj\s*(<<.*?>>)\s*(?:stream\r?\n(.*?)\nendstream\s*)?endobj")
INSIDE = rb"(?:\\.|[^\\()])*"
for _depth in range(4):  # brackets in pairs may stand in a string as they are
    INSIDE = rb"(?:\\.|[^\\()]|\(" + INSIDE + rb"\))*"
STRING = re.compile(rb"(?s)\((" + INSIDE + rb")\)")
TEXT = rb"\((?:" + INSIDE + rb")\)"
SHOWN = re.compile(rb"(?s)/(\w+) [\d.]+ Tf|(\[(?:[^\]\\()]|" + TEXT + rb")*\]TJ|" + TEXT + rb"\s*Tj)")
ESCAPE = re.compile(rb"(?s)\\([0-7]{1,3}|.)")
FOOTER = re.compile(rb"(?s)/Artifact<<[^>]*/Footer.*?EMC")
LETTERS = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def objects_of(pdf):
    """{number: (dictionary, stream as it is read or None)}."""
    found = {}
    for number, facts, stream in OBJECT.findall(pdf):
        # A stream may end in the byte of a carriage return: what belongs to it is for the decompressor to say.
        plain = zlib.decompressobj().decompress(stream) if stream and b"/FlateDecode" in facts else stream
        found[int(number)] = (facts, plain)
    return found


def pages_of(pdf):
    """The content of each page, in order, as drawn."""
    objects = objects_of(pdf)
    (kids,) = [facts for facts, _ in objects.values() if b"/Type/Pages" in facts]
    return [objects[number] for number in refs(kids, b"Kids")]


def drawn(pdf):
    """What is drawn on all pages, as operators."""
    objects = objects_of(pdf)
    return b"\n".join(objects[refs(page, b"Contents")[0]][1] for page, _ in pages_of(pdf))


def words_in(pdf):
    """All words of all pages without their footers and without white space: lines and pages break where they like."""
    objects = objects_of(pdf)
    said = []
    for page, _ in pages_of(pdf):
        resources = objects[refs(page, b"Resources")[0]][0]
        fonts = dict(re.findall(rb"/(f\d+) (\d+) 0 R", resources))
        maps = {name: _letters(objects, int(number)) for name, number in fonts.items()}
        font = None
        for chosen, strings in SHOWN.findall(FOOTER.sub(b"", objects[refs(page, b"Contents")[0]][1])):
            font = maps[chosen] if chosen else font
            said += [_read(string, font) for string in STRING.findall(strings)]
    return "".join("".join(said).split())


def refs(facts, name):
    """The numbers of the objects that an entry points to."""
    (value,) = re.findall(rb"/" + name + rb"\s?(\[[^\]]*\]|\d+ 0 R)", facts)
    return [int(number) for number in re.findall(rb"(\d+) 0 R", value)]


def _letters(objects, font):
    cmap = objects[refs(objects[font][0], b"ToUnicode")[0]][1]
    pairs = re.findall(rb"<(\w{4})> <(\w+)>", cmap.split(b"endcodespacerange")[1])
    return {int(glyph, 16): bytes.fromhex(text.decode()).decode("utf-16-be") for glyph, text in pairs}


def _read(string, letters):
    def plain(found):
        mark = found[1]
        return bytes([int(mark, 8)]) if mark[:1] in b"01234567" else LETTERS.get(mark, mark)

    glyphs = ESCAPE.sub(plain, string)
    return "".join(letters.get(int.from_bytes(glyphs[at : at + 2]), "") for at in range(0, len(glyphs), 2))
