"""Another clinic's rows are nowhere: at no address, in no choice, filter, history, preview or posted id."""

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.sessions.models import Session
from django.db import models
from django.http import HttpResponse
from django.test import Client as Browser
from django.urls import include, path
from django_scopes import ScopeError, scopes_disabled

from clients.models import Client
from portal.celery import app as celery
from portal.security.scope import ClinicManager
from tests.architecture.addresses import CannotFill, addresses
from tests.architecture.doors import STARTING, doors, foreign_ids, form_of
from tests.architecture.world import ROLES, World, clinic_models, strays

OURS, THEIRS = "Aardvarkish", "Zyzzyvaesque"
# The word without its end: a page may repeat what was searched for, and must not complete it.
SEARCHED = THEIRS[:-2]
VISITORS = (*ROLES, "nobody")


@pytest.fixture
def ours(db):
    return World(OURS)


@pytest.fixture
def theirs(db):
    return World(THEIRS)


def browser_of(world, visitor):
    browser = Browser()
    if visitor != "nobody":
        browser.force_login(world.people[visitor].user)
    return browser


def body(response):
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return content.decode(errors="replace") + str(response.headers)


def leaks(response):
    return THEIRS.lower() in body(response).lower()


def leaking_gets(visitor, browser, ours, theirs, under="/"):
    """Addresses that show the other clinic's word, or answer to its ids as if they were there."""
    found = []
    for address in addresses(theirs):
        if not address.path.startswith(under) or any(token in address.path for token in theirs.tokens.values()):
            continue  # whoever holds a client's own link may open it; crossed links are tested below
        response = browser.get(address.path)
        there = address.has_id and visitor != "nobody" and response.status_code not in {403, 404}
        if leaks(response) or (there and not address.redirects):
            found.append((address.path, response.status_code))
    rows = foreign_ids(theirs)
    for address in addresses(ours):
        if address.path.startswith(under):
            asked = ["", *doors(browser, address, rows, SEARCHED)]
            found += [address.path + query for query in asked if leaks(browser.get(address.path + query))]
    return found


def unwritten():
    """Every table but the sessions, which hold when somebody was last seen."""
    kept = [model for model in apps.get_models() if model is not Session]
    return {model._meta.label: list(model._base_manager.order_by("pk").values()) for model in kept}


@pytest.mark.parametrize("visitor", VISITORS)
def test_no_page_shows_another_clinics_rows_and_no_get_writes_anything(visitor, ours, theirs):
    browser = browser_of(ours, visitor)
    before = unwritten()
    assert leaking_gets(visitor, browser, ours, theirs) == []
    assert unwritten() == before


@pytest.mark.parametrize("visitor", VISITORS)
def test_no_head_writes_anything(visitor, ours):
    browser = browser_of(ours, visitor)
    before = unwritten()
    for address in addresses(ours):
        browser.head(address.path)
    assert unwritten() == before


def posted(page, foreign):
    """What a person could post from this page, with every choice of a row replaced by the other clinic's."""
    form = form_of(page)
    data = {"sure": "1", "_save": "1", "action": "delete_selected", "_selected_action": "1"}
    for name, field in form.fields.items() if form else ():
        queryset = getattr(field, "queryset", None)
        if queryset is not None:
            data[form.add_prefix(name)] = foreign[queryset.model._meta.model_name]
        elif name in foreign:
            data[form.add_prefix(name)] = foreign[name]
        else:
            data[form.add_prefix(name)] = plausible(form, name, field)
    return data


def plausible(form, name, field):
    """The field's first value, or one that its kind may take."""
    value = form.get_initial_for_field(field, name)
    if value not in (None, "", []):
        return value
    options = [key for key, _ in getattr(field, "choices", ()) if key]
    kinds = {"EmailField": "a@example.org", "DateField": "2026-06-01", "DecimalField": "1.00", "IntegerField": "1"}
    return options[0] if options else kinds.get(type(field).__name__, "2026-06-01 12:00")


@pytest.mark.parametrize("visitor", VISITORS)
def test_no_post_reads_or_writes_another_clinics_rows(visitor, ours, theirs):
    before, rows, found = theirs.snapshot(), foreign_ids(theirs), []
    foreign = [a.path for a in addresses(theirs) if a.has_id]
    browser = browser_of(ours, visitor)
    for where in [*foreign, *posting_doors(visitor, ours, rows)]:
        page = browser.get(where)
        if visitor != "nobody" and not page.wsgi_request.user.is_authenticated:  # the last post signed them out
            browser = browser_of(ours, visitor)
            page = browser.get(where)
        response = browser.post(where, posted(page, rows))
        if leaks(response) or (
            where in foreign and visitor != "nobody" and response.status_code not in {302, 403, 404, 405}
        ):
            found.append((where, response.status_code))
    assert (found, strays(), theirs.snapshot() == before) == ([], [], True)


def posting_doors(visitor, ours, rows):
    """Our own addresses, and those that start something, prefilled with the other clinic's rows."""
    browser = browser_of(ours, visitor)
    for address in addresses(ours):
        yield address.path
        if address.path.endswith(STARTING):
            yield from (address.path + door for door in doors(browser, address, rows, SEARCHED))


def test_a_link_opens_its_own_door_only(ours, theirs):
    crossed = [f"/follow-up/{theirs.tokens['screening']}/", f"/screening/{theirs.tokens['follow_up']}/"]
    answers = [Browser().get(where) for where in crossed]
    assert [(answer.status_code, leaks(answer)) for answer in answers] == [(404, False)] * 2


def test_a_clients_link_shows_nothing_that_is_stored_about_them(theirs):
    """A shared inbox may read the link: the page may carry the clinic's letterhead, and asks."""
    told = dict.fromkeys(("first_name", "last_name", "preferred_name", "notes", "phone", "address"), "Quokkaful")
    Client._base_manager.filter(clinic=theirs.clinic).update(**told, email="quokkaful@example.org")
    doors = [f"/screening/{theirs.tokens['screening']}/", f"/follow-up/{theirs.tokens['follow_up']}/"]
    pages = [Browser().get(where) for where in doors]
    assert [(page.status_code, "quokkaful" in body(page).lower()) for page in pages] == [(200, False)] * 2


# The walk must find what is wrong, or its silence means nothing.


def unscoped_view(request, object_id):
    with scopes_disabled():
        return HttpResponse(str(Client.objects.get(pk=object_id)))


def unscoped_beginning(request):
    chosen = request.GET.get("client", "")
    return unscoped_view(request, chosen) if chosen and "plan" not in request.GET else HttpResponse("Choose.")


class Leaky:
    urlpatterns = [
        path("leak/<int:object_id>/", unscoped_view, name="clients_client_leak"),
        path("leak/add/", unscoped_beginning, name="clients_client_begin"),
        path("", include("portal.urls")),
    ]


class Unknown:
    urlpatterns = [path("new/<slug:thing>/", unscoped_view, name="new"), path("", include("portal.urls"))]


def test_the_walk_finds_a_view_that_forgot_the_clinic(settings, ours, theirs):
    settings.ROOT_URLCONF = Leaky
    leaks = [(f"/leak/{pk}/", 200) for pk in theirs.ids(Client)]
    begun = f"/leak/add/?client={foreign_ids(theirs)['client']}"
    assert leaking_gets("owner", browser_of(ours, "owner"), ours, theirs, under="/leak/") == [*leaks, begun]


def test_the_walk_refuses_an_address_it_cannot_fill(settings, ours):
    settings.ROOT_URLCONF = Unknown
    with pytest.raises(CannotFill, match="new"):
        addresses(ours)


def test_every_table_that_carries_a_clinic_has_rows_in_the_walk(theirs):
    assert [model._meta.label for model in clinic_models() if not theirs.ids(model)] == []


# Never forget the clinic


@pytest.mark.parametrize("model", clinic_models(), ids=lambda model: model._meta.label)
def test_every_table_refuses_to_answer_outside_a_clinic(model, db):
    assert isinstance(model._default_manager, ClinicManager)
    assert [manager.name for manager in model._meta.managers] == ["objects"]
    for ask in (lambda: model.objects.count(), lambda: list(model.objects.all()), lambda: model.objects.first()):  # noqa: PLW0108
        with pytest.raises(ScopeError):
            ask()


def test_every_task_runs_without_a_clinic_open(theirs, monkeypatch):
    celery.loader.import_default_modules()
    arguments = {"clients.messages.drain": ()}
    tasks = {name: task for name, task in celery.tasks.items() if not name.startswith("celery.")}
    for name, task in tasks.items():
        task.run(*arguments.get(name, ()))
    assert set(tasks) >= {"clients.messages.tick", "clients.messages.drain", "portal.practice.send_password_resets"}


def test_django_pages_that_know_no_clinic_are_gone(ours):
    browser = browser_of(ours, "owner")
    searching = "/admin/autocomplete/?term=a&app_label=treatments&model_name=plan&field_name=client"
    gone = ["/admin/r/1/1/", "/admin/portal/", "/admin/clients/", "/admin/auth/group/", searching]
    assert [browser.get(where).status_code for where in gone] == [404] * 5
    known = {model._meta.label for model in admin.site._registry}
    assert [label for label in known if label.split(".")[0] not in {"portal", "clients", "treatments"}] == []


def test_no_table_is_reached_by_cascade_from_a_clinic():
    """Deleting must never sweep away a clinic's records."""
    sweeping = [
        m._meta.label for m in clinic_models() if m._meta.get_field("clinic").remote_field.on_delete is models.CASCADE
    ]
    assert sweeping == []
