"""Query strings that name another clinic's rows, as prefilled pages, filters and searches do."""

from contextlib import contextmanager
from unittest.mock import patch
from urllib.parse import urlencode

from django.http import QueryDict

from tests.architecture.addresses import model_of

STARTING = ("/add/", "/send/", "/book/", "/invite/")  # pages that start something, and may come prefilled


def foreign_ids(theirs):
    """A row of every table of the other clinic, by the names that a form or a query string may have for it."""
    rows = {row._meta.model_name: row.pk for row in theirs.rows()}
    return rows | {"practitioner": rows["membership"], "who": rows["user"], "by": rows["user"]}


def doors(browser, address, rows, searched):
    """The query strings to ask this address with."""
    if address.path.endswith(STARTING):
        return prefilled(browser, address.path, rows)
    if not address.name.endswith("_changelist") or browser.get(address.path).status_code != 200:
        return []
    model = model_of(address.path, address.name)
    keys = {field.name: field.related_model._meta.model_name for field in model._meta.fields if field.is_relation}
    filters = [f"?{key}__id__exact={rows[target]}" for key, target in keys.items()]
    own = [f"?practitioner={rows['practitioner']}", f"?who={rows['who']}"]
    return [*filters, *own, f"?q={searched}", f"?q={searched.lower()}&o=1&all=1&list=archived"]


def prefilled(browser, path, rows):
    """All names at once, and one by one those that the page asks for or has a field for: it takes no other."""
    everything = f"?{urlencode(rows)}"
    with asked_names() as names:
        pages = [browser.get(path), browser.get(path + everything)]
    for page in pages:
        names |= set(form.fields) if (form := form_of(page)) else set()
    return [everything, *(f"?{name}={pk}" for name, pk in rows.items() if name in names)]


def form_of(page):
    """The form that the page shows, or None."""
    context = page.context or {}
    return context["adminform"].form if "adminform" in context else context.get("form")


@contextmanager
def asked_names():
    """The names that are asked of query strings meanwhile, one by one; who reads all of them names none."""
    names = set()

    class Noting(QueryDict):
        read_in = False

        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)
            self.read_in = True

        def __getitem__(self, name):
            names.add(name)
            return super().__getitem__(name)

        def __contains__(self, name):
            if self.read_in:
                names.add(name)
            return super().__contains__(name)

        def items(self):
            return [(name, super(Noting, self).__getitem__(name)) for name in self]

        def getlist(self, name, default=None):
            names.add(name)
            return super().getlist(name, default)

    with patch("django.core.handlers.wsgi.QueryDict", Noting):
        yield names
