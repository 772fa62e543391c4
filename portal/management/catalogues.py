"""The catalogues under locale/: what clients read, found in code, templates and questionnaire, and its translations.

No GNU gettext is needed, and nothing here runs in production: Django reads the compiled files.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

from portal.practice.terms import AVAILABLE, Language
from portal.settings.env import ROOT
from treatments.screening.questionnaire import DEFAULT_FILE, Question, Questionnaire, default
from treatments.screening.questionnaire.words import UNSURE_LABEL

LOCALE = ROOT / "locale"
LANGUAGES = tuple(language for language in AVAILABLE if language != Language.ENGLISH)

# What clients read, by file. Practitioners' pages are English: their words stay out of the catalogues.
PAGES = (
    "templates/public",
    "templates/screening",
    "templates/consents",
    "templates/confirmations",
    "templates/followups",
    "templates/photos",
    "templates/recalls",
    "templates/emails",
    "templates/includes/error_summary.html",
    *(f"templates/{number}.html" for number in ("400", "403", "403_csrf", "404", "413", "500")),
)
CODE = (
    "portal/practice/guidance.py",
    "clients/links",
    "treatments/plans/services/handout.py",
    "treatments/plans/terms.py",
    "treatments/products/terms.py",
    "treatments/screening",
    "treatments/consents",
    "treatments/confirmations",
    "treatments/care/emails",
    "treatments/followups",
    "treatments/recalls/views.py",
    "treatments/photos/forms.py",
    "treatments/photos/guidance.py",
    "treatments/photos/views.py",
    "portal/security/images.py",
)
FOR_STAFF = (
    "**/admin.py",
    "**/admin/*.py",
    "**/staff.py",
    "treatments/screening/terms.py",
    "treatments/followups/terms.py",
    "treatments/confirmations/terms.py",
)
KEYWORDS: Mapping[str, Any] = {
    name + lazy: places
    for name, places in {
        "gettext": None,
        "ngettext": (1, 2),
        "pgettext": ((1, "c"), 2),
        "npgettext": ((1, "c"), 2, 3),
    }.items()
    for lazy in ("", "_lazy")
} | {"_": None, "gettext_noop": None}
HEADER = """# What clients read, in {name}. `python3 dev.py messages` writes this file; people write its msgstr lines.
# Terms and who reviewed them: docs/translations.md."""


class Plain(Catalog):
    """A catalogue whose header says nothing that changes by itself: no dates, versions or people."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        """What Django needs to read it."""
        return [
            ("Language", str(self.locale_identifier)),
            ("MIME-Version", "1.0"),
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Transfer-Encoding", "8bit"),
            ("Plural-Forms", self.plural_forms),
        ]


def found() -> Catalog:
    """Every message that clients read, in the order of the files, without translations."""
    catalog = Catalog(charset="utf-8")
    for file in files(CODE, {".py"}):
        _add(catalog, file, file.read_text(encoding="utf-8"))
    for file in files(PAGES, {".html", ".txt"}):
        _add(catalog, file, _as_code(file.read_text(encoding="utf-8"), file))
    for number, words in enumerate(client_words(default())):
        catalog.add(words, locations=[(_name(DEFAULT_FILE), number)])
    return catalog


def client_words(questionnaire: Questionnaire) -> Iterator[str]:
    """Everything that a client may read of a questionnaire."""
    said = [questionnaire.birth_words, questionnaire.birth_why, UNSURE_LABEL]
    for section in questionnaire.sections:
        said += [section.title, section.help]
    for question in questionnaire.questions:
        if question.asked_of == "client":
            said += _question_words(question)
    said += [rule.client_why for rule in questionnaire.age_rules]
    yield from filter(None, said)


def _question_words(question: Question) -> list[str]:
    said = [question.words, question.help, question.why]
    for option in question.options:
        said += [option.label, option.advice, option.see_doctor]
    said += [date.words for date in question.dates] + [text.words for text in question.texts]
    return said + [rule.client_why for rule in question.rules]


def translated(language: str, messages: Catalog, known: Catalog | None = None) -> Catalog:
    """These messages with the translations that the language's file has; whatever else it has is left out."""
    known = known or kept(language)
    name = Language(language).label
    catalog = Plain(locale=language, charset="utf-8", header_comment=HEADER.format(name=name), fuzzy=False)
    for message in messages:
        if message.id:
            old = known.get(message.id, message.context)
            string = old.string if old and not old.fuzzy else ""
            catalog.add(message.id, string, message.locations, message.flags - {"fuzzy"}, context=message.context)
    return catalog


def kept(language: str) -> Catalog:
    """The language's file as it stands; an empty catalogue when there is none."""
    file = path_of(language, "po")
    if not file.is_file():
        return Catalog(locale=language)
    with file.open("rb") as opened:
        return read_po(opened, locale=language, charset="utf-8")


def untranslated(catalog: Catalog) -> list[str]:
    """The English of every message that has no translation yet; for one with a plural, its singular."""
    waiting = [message for message in catalog if message.id and not all(_strings(message.string))]
    return [_strings(message.id)[0] for message in waiting]


def _strings(words: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    return tuple(words) if isinstance(words, tuple | list) else (words or "",)


def path_of(language: str, kind: str) -> Path:
    """Where a language's .po or .mo lies."""
    return LOCALE / language / "LC_MESSAGES" / f"django.{kind}"


def po_of(catalog: Catalog) -> bytes:
    """The file that people edit."""
    out = io.BytesIO()
    write_po(out, catalog, width=0, sort_by_file=True, ignore_obsolete=True, include_lineno=False)
    return out.getvalue()


def mo_of(catalog: Catalog) -> bytes:
    """The file that Django reads."""
    out = io.BytesIO()
    write_mo(out, catalog)
    return out.getvalue()


def files(places: tuple[str, ...], endings: set[str]) -> list[Path]:
    """The files in these places that end so and that clients read."""
    roots = [ROOT / place for place in places]
    files = [file for root in roots for file in ([root] if root.is_file() else sorted(root.rglob("*")))]
    staff = {file for pattern in FOR_STAFF for file in ROOT.glob(pattern)}
    wanted = [file for file in files if file.suffix in endings and file not in staff]
    return [file for file in wanted if "__pycache__" not in file.parts]


def _add(catalog: Catalog, file: Path, code: str) -> None:
    for line, message, _comments, context in extract("python", io.BytesIO(code.encode()), keywords=KEYWORDS):
        catalog.add(message, locations=[(_name(file), line)], context=context)


def _as_code(template: str, file: Path) -> str:
    """A template's messages as calls of gettext, each line by itself: the extractor is for Python."""
    return "\n".join(line.strip() for line in templatize(template, origin=_name(file)).splitlines())


def _name(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()
