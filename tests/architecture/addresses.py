"""Every address the URL configuration knows, filled with ids that exist."""

import re
from typing import NamedTuple

from django.apps import apps
from django.urls import get_resolver
from django.urls.resolvers import URLResolver
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)")
BEHIND_A_LINK = {"purpose": "treatment", "section": "about_you", "emails": "follow_up_emails"}
PARTS_OF_A_ROW = (["object_id", "question"], ["object_id", "step"], ["object_id", "step", "language"])
PART = {"question": "pregnant", "step": "week_4", "language": "de"}
FIXED = {"digits": ["2f6f62"], "url": ["nowhere/", "r/1/1/", "portal/"]}


class CannotFill(AssertionError):
    """A new kind of address: say in tests/architecture/addresses.py with what it is to be visited."""


class Address(NamedTuple):
    """One concrete path; `own_id` tells whether it names a row of the clinic it was filled for."""

    path: str
    name: str
    has_id: bool
    redirects: bool


def addresses(world):
    """All paths, with the world's own ids wherever a row is named."""
    return [address for pattern in patterns() for address in filled(*pattern, world)]


def patterns(resolver=None, prefix="", names=""):
    """Every pattern as (route, name, view's dotted name)."""
    for pattern in (resolver or get_resolver()).url_patterns:
        route = prefix + str(pattern.pattern).removeprefix("^").removesuffix("$").replace(r"\.", ".")
        if isinstance(pattern, URLResolver):
            yield from patterns(pattern, route, names + (f"{pattern.namespace}:" if pattern.namespace else ""))
        else:
            yield route, names + (pattern.name or ""), pattern.lookup_str


def filled(route, name, view, world):
    """The pattern's paths, one for each row that it can name."""
    found = PARAMETER.findall(route)
    parameters = [plain or regex for plain, regex in found]
    for values in choices(parameters, route, name, world):
        path = iter(values)
        yield Address(
            path="/" + PARAMETER.sub(lambda _, path=path: str(next(path)), route),
            name=name or view,
            has_id=any(parameter in {"object_id", "pk"} for parameter in parameters),
            redirects=view.endswith("RedirectView"),
        )


def choices(parameters, route, name, world):
    """Lists of values for the pattern's parameters. Raises CannotFill for what it does not know."""
    if not parameters:
        return [[]]
    if parameters in (["object_id"], ["pk"], *PARTS_OF_A_ROW):
        parts = [PART[name] for name in parameters[1:]]
        return [[pk, *parts] for pk in world.ids(model_of(route, name))]
    if parameters[0] == "token":
        rest = [BEHIND_A_LINK[name] for name in parameters[1:]]
        return [[token, *rest] for token in (*world.tokens.values(), "x" * 43)]
    if parameters == ["uidb64", "token"]:
        return [[urlsafe_base64_encode(force_bytes(pk)), "abc-def"] for pk in world.ids(apps.get_model("portal.User"))]
    if len(parameters) == 1 and parameters[0] in FIXED:
        return [[value] for value in FIXED[parameters[0]]]
    raise CannotFill(f"{route} ({name})")


def model_of(route, name):
    """The table whose rows an address names, by its name (app_model_verb) or its path."""
    if name == "client_page":
        return apps.get_model("clients.Client")
    for label in (re.match(r"(?:admin:)?([a-z]+)_([a-z]+)_", name), re.match(r"admin/([a-z]+)/([a-z]+)/", route)):
        if label:
            return apps.get_model(label[1], label[2])
    raise CannotFill(f"{route} ({name})")
