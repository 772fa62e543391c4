"""What a clinic prints: PDFs made with typst, from data only, under one letterhead."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typst

if TYPE_CHECKING:
    from portal.practice.models import Clinic

GROUND = Path(__file__).parent / "paper.typ"


def letterhead(clinic: "Clinic") -> dict[str, Any]:
    """The clinic as every paper names it: how it is called, where it is, how to reach it."""
    lines = [*clinic.address.splitlines(), clinic.phone, clinic.reply_to]
    return {"name": clinic.name, "lines": [line.strip() for line in lines if line.strip()]}


def make_pdf(source: Path, data: Mapping[str, Any]) -> bytes:
    """A tagged PDF. The source goes on from paper.typ; `data` has at least title, language, clinic and footer."""
    both = GROUND.read_bytes() + source.read_bytes()
    inputs = {"data": json.dumps(data)}
    try:
        return bytes(typst.compile(both, sys_inputs=inputs, pdf_standards=["ua-1"]))
    except typst.TypstError:
        # PDF/UA refuses a name in a script that no font here has. The paper is made all the same, tagged as well.
        return bytes(typst.compile(both, sys_inputs=inputs))
