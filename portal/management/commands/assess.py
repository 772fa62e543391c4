"""`manage.py assess FILE`: what a questionnaire's rules make of answers in a JSON file. It stores nothing."""

import json
import math
from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django_scopes import scope

from portal.practice.models import Clinic
from treatments.products.terms import Zone
from treatments.screening.models import QuestionnaireVersion
from treatments.screening.questionnaire import Questionnaire, default, load
from treatments.screening.rules import DEVICES, Assessment, PlanFacts, Reason, assess, iso_day

CASE = {"as_of": True, "date_of_birth": False, "plan": True, "answers": True}  # the keys, and whether they are needed
PLAN = {"device": True, "areas": True, "max_depth_mm": False, "topical_anaesthetic_planned": False}
FAULTY = 2  # the exit code for what was asked wrongly


class Faulty(ValueError):
    """Something in the file is not as it has to be."""


class Command(BaseCommand):
    """Prints outcome, day, reasons, notes and version as JSON; for a list of cases a list."""

    help = __doc__ or ""
    requires_system_checks: list[str] = []  # no database is needed, nor a portal that is set up

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file, and which questionnaire: the default, an edited one, or a clinic's."""
        parser.add_argument("file", metavar="FILE", type=Path, help="JSON: one case or a list of them")
        which = parser.add_mutually_exclusive_group()
        which.add_argument("--questionnaire", metavar="FILE", type=Path, help="an edited one, written as default.json")
        which.add_argument("--clinic", metavar="ID", type=int, help="the one that this clinic asks today")

    def handle(self, *args: Any, **options: Any) -> None:
        """Every case is assessed before anything is printed."""
        try:
            questionnaire = _questionnaire(options["questionnaire"], options["clinic"])
            content = _content(options["file"])
            if isinstance(content, list):
                found: Any = [self._found(case, questionnaire, f"case {n}: ") for n, case in enumerate(content, 1)]
            else:
                found = self._found(content, questionnaire, "")
        except (ValueError, OverflowError, DatabaseError) as odd:
            raise CommandError(" ".join(str(odd).split()), returncode=FAULTY) from odd
        self.stdout.write(json.dumps(found, indent=2, ensure_ascii=False))

    def _found(self, case: object, questionnaire: Questionnaire, where: str) -> dict[str, Any]:
        try:
            given = _keys(case, CASE, "")
            plan = _plan(_keys(given["plan"], PLAN, "plan."))
            for area in sorted(plan.areas - set(Zone.values)):
                self.stderr.write(f"{where}plan.areas: the portal does not know {area}; it counts as not on the face.")
            as_of = _as_of(given["as_of"])
            born = iso_day("date_of_birth", given.get("date_of_birth"))
            if not isinstance(given["answers"], dict):
                raise Faulty("answers: must be written in braces")
            result = assess(questionnaire, given["answers"], plan, as_of, born)
        except (ValueError, OverflowError) as odd:
            raise Faulty(f"{where}{odd}") from odd
        return _said(result, questionnaire.version)


def _questionnaire(file: Path | None, clinic_id: int | None) -> Questionnaire:
    if file:
        return load(file)
    if clinic_id is None:
        return default()
    clinic = Clinic.objects.filter(pk=clinic_id).first()
    if clinic is None:
        raise Faulty(f"there is no clinic {clinic_id}")
    with scope(clinic=clinic):
        return QuestionnaireVersion.objects.in_force()


def _content(file: Path) -> Any:
    try:
        return json.loads(file.read_text(encoding="utf-8-sig"), object_pairs_hook=_once_each, parse_constant=_no_number)
    except json.JSONDecodeError as odd:
        raise Faulty(f"{file}:{odd.lineno}: not JSON: {odd.msg}") from odd
    except OSError as odd:
        raise Faulty(f"{file}: {odd.strerror}") from odd
    except UnicodeDecodeError as odd:
        raise Faulty(f"{file}: not a text in UTF-8") from odd
    except RecursionError as odd:
        raise Faulty(f"{file}: too many brackets inside each other") from odd


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    keys = [key for key, _ in pairs]
    twice = sorted({key for key in keys if keys.count(key) > 1})
    if twice:
        raise Faulty(f"{', '.join(twice)}: written twice in one place")
    return dict(pairs)


def _no_number(name: str) -> None:
    raise Faulty(f"{name}: not a number")


def _keys(content: object, known: dict[str, bool], where: str) -> dict[str, Any]:
    """The object, when it has every needed key and no other than the known ones."""
    if not isinstance(content, dict):
        raise Faulty(f"{where.rstrip('.') or 'the case'}: must be written in braces")
    for key in content:
        if key not in known:
            raise Faulty(f"{where}{key}: unknown key; known are {', '.join(known)}")
    for key, needed in known.items():
        if needed and key not in content:
            raise Faulty(f"{where}{key}: is missing")
    return content


def _plan(given: dict[str, Any]) -> PlanFacts:
    areas, depth, cream = given["areas"], given.get("max_depth_mm"), given.get("topical_anaesthetic_planned", False)
    if given["device"] not in DEVICES:
        raise Faulty(f"plan.device: must be one of {', '.join(DEVICES)}")
    if not isinstance(areas, list) or not all(isinstance(area, str) for area in areas):
        raise Faulty("plan.areas: must be a list of texts")
    if depth is not None and not _is_depth(depth):
        raise Faulty("plan.max_depth_mm: must be a number")
    if not isinstance(cream, bool):
        raise Faulty("plan.topical_anaesthetic_planned: must be true or false")
    return PlanFacts(frozenset(areas), given["device"], cream)


def _is_depth(depth: object) -> bool:
    return isinstance(depth, int | float) and not isinstance(depth, bool) and math.isfinite(depth) and depth >= 0


def _as_of(given: object) -> date:
    day = iso_day("as_of", given)
    if day is None:
        raise Faulty("as_of: must be a date as YYYY-MM-DD")
    return day


def _said(result: Assessment, version: str) -> dict[str, Any]:
    return {
        "outcome": str(result.outcome),
        "defer_until": result.defer_until.isoformat() if result.defer_until else None,
        "reasons": [dict(_reason(reason)) for reason in result.reasons],
        "notes": list(result.notes),
        "version": version,
    }


def _reason(reason: Reason) -> Iterator[tuple[str, str]]:
    yield from (("key", reason.key), ("level", str(reason.level)))
    if reason.until:
        yield "until", reason.until.isoformat()
    yield from (("text", reason.text), ("source", reason.source))
