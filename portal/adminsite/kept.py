"""What somebody sent who had been signed out after a pause: it waits in the browser's sign-in, and comes back once."""

from typing import Any

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.forms import BaseForm
from django.http import HttpRequest, QueryDict
from django.utils.datastructures import MultiValueDict

from portal.security.middleware import SIGNED_OUT

KEPT = "kept_typed"
SENT_AS = {"application/x-www-form-urlencoded", "multipart/form-data"}
FORMS_OF_DJANGO = {"add_view", "change_view"}
# Pages without a form to give it back in, and the address where a script keeps drafts.
GIVE_NOTHING_BACK = {"changelist_view", "delete_view", "history_view", "draft_page"}


def gives_back(view: Any) -> bool:
    """Whether it is a page of one of our admins that shows again what waited. For others nothing waits."""
    admin: Any = getattr(view, "__self__", None)
    name = getattr(view, "__name__", "")
    if not hasattr(admin, "gives_back") or name in GIVE_NOTHING_BACK:
        return False
    written_anew = name in FORMS_OF_DJANGO and getattr(type(admin), name) is not getattr(ModelAdmin, name)
    return not written_anew or name in admin.gives_back


def keep_until_back(request: HttpRequest) -> None:
    """Let what was sent wait for whoever had been signed out, and for them alone.

    Files beside it do not wait: whoever is not signed in fills no disk.
    """
    user = request.session.get(SIGNED_OUT)
    if user and request.method == "POST" and request.content_type in SENT_AS:
        request.session[KEPT] = {"user": user, "page": request.get_full_path(), "typed": request.POST.urlencode()}


def forget_anothers(request: HttpRequest) -> None:
    """Somebody else has signed in on this browser: what waited was not theirs."""
    request.session.pop(SIGNED_OUT, None)
    if request.session.get(KEPT, {}).get("user") != request.user.pk:
        request.session.pop(KEPT, None)


def kept_meanwhile(request: HttpRequest) -> QueryDict | None:
    """What this person sent to this page when they were signed out; once."""
    kept = request.session.get(KEPT)
    if not kept or request.method != "GET" or kept["page"] != request.get_full_path():
        return None
    del request.session[KEPT]
    messages.warning(request, "You were signed out meanwhile. What you wrote is here again; nothing is saved yet.")
    return QueryDict(kept["typed"])


def written(request: HttpRequest) -> QueryDict | None:
    """What a form shows: what is sent to it, or what waited. Only of a POST may anything be saved."""
    return request.POST if request.method == "POST" else kept_meanwhile(request)


def fill_in_again(form: BaseForm, kept: QueryDict) -> None:
    """Show in a form that was not sent what was written in it before."""
    for name, field in form.fields.items():
        form.initial[name] = field.widget.value_from_datadict(kept, MultiValueDict(), form.add_prefix(name))
