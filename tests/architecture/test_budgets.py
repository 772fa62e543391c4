"""The house style's budgets, and no file outside the layers."""

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LONGEST_FILE, LONGEST_FUNCTION, LONGEST_TEST = 300, 40, 30
# Portal's slices; the slices of clients and treatments are held by the import contracts in pyproject.toml.
LAYERS = {
    "portal/practice": {
        "terms", "guidance", "proportions", "models", "permissions", "paper", "emails", "services", "forms",
        "backends", "middleware", "tasks", "views", "urls",
    },
    "portal/audit": {"terms", "models", "services", "tasks"},
    "portal/security": {
        "refusals", "scope", "uploads", "lockout", "logs", "middleware", "checks", "words",
        "lines", "cookies", "reading", "moments", "among", "rows", "images", "tries",
    },
    "portal/adminsite": {
        "apps", "estimates", "forms", "ids", "kept", "lists", "navigation", "options", "scanning", "site",
        "spreadsheet", "widgets", "practice", "audit",
    },
}  # fmt: skip


def sources(*folders):
    """Our own Python files; generated migrations are no prose."""
    found = [file for folder in folders for file in (ROOT / folder).rglob("*.py")]
    return [
        *(file for file in found if "migrations" not in file.parts),
        *(ROOT.glob("*.py") if "portal" in folders else ()),
    ]


def lines_of(node):
    """Lines from the name to the end; decorators, such as a test's table of cases, are not counted."""
    return node.end_lineno - node.lineno + 1


def functions(files):
    for file in files:
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield f"{file.relative_to(ROOT)}:{node.lineno} {node.name}", lines_of(node)


def test_no_file_is_longer_than_the_budget():
    files = sources("portal", "clients", "treatments", "tests")
    long = {str(file.relative_to(ROOT)): len(file.read_text().splitlines()) for file in files}
    assert {name: length for name, length in long.items() if length > LONGEST_FILE} == {}


def test_no_function_is_longer_than_the_budget():
    found = functions(sources("portal", "clients", "treatments", "tests"))
    assert {name: length for name, length in found if length > LONGEST_FUNCTION} == {}


def test_no_test_is_longer_than_the_budget():
    found = functions(sources("tests"))
    assert {name: length for name, length in found if " test_" in name and length > LONGEST_TEST} == {}


def test_every_file_of_a_slice_is_a_layer():
    strangers = [
        str(file.relative_to(ROOT))
        for slice_, layers in LAYERS.items()
        for file in (ROOT / slice_).glob("*.py")
        if file.stem not in layers | {"__init__"}
    ]
    assert strangers == []
