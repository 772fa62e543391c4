"""What nobody can see does not get into a name, whichever page it is typed on."""

import pytest
from django_scopes import scopes_disabled

from clients.records.forms import ClientForm
from clients.records.models import Client
from portal.practice.models import Membership, User
from portal.security.lines import one_line

HIDDEN = "\u202e\u200b\u2066\u200f\ufeff\x00\x1b\u00ad"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Nora\u202e", "Nora"),
        (f"No{HIDDEN}ra  Bell\u2028", "Nora Bell"),
        ("می\u200cرا", "می\u200cرا"),  # a joiner inside a Persian word is spelling
        ("\u200dNora\u200c \u200b", "Nora"),
        ("Zoë O’Sullivan-李", "Zoë O’Sullivan-李"),
    ],
)
def test_a_name_keeps_its_letters_and_loses_what_cannot_be_seen(typed, kept):
    assert one_line(typed) == kept


def test_a_clients_name_is_kept_without_them(clinic, practitioner, signed_in):
    posted = {"first_name": f"Nora{HIDDEN}", "last_name": f"{HIDDEN}Bell", "date_of_birth": "1990-02-03"}
    page = signed_in(practitioner).post("/admin/clients/client/add/", posted | {"language": "en"})
    assert (page.status_code, str(Client.objects.get())) == (302, "Nora Bell")


def test_a_name_of_nothing_else_is_no_name(clinic):
    said = ClientForm({"first_name": HIDDEN, "last_name": "Bell"}).errors["first_name"]
    assert list(said) == ["Enter the first name."]


def test_a_team_members_name_is_kept_without_them(clinic, owner, signed_in):
    posted = {"full_name": f"Tomás{HIDDEN} Okoro", "email": "tomas@example.org", "role": "practitioner"}
    signed_in(owner).post("/admin/portal/membership/invite/", posted)
    with scopes_disabled():
        joined = Membership.objects.get(user=User.objects.get(email="tomas@example.org"))
    assert joined.user.full_name == "Tomás Okoro"
