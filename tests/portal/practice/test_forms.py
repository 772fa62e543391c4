"""What a form offers: what is stored, and nothing that does not work."""

import pytest
from django.forms import model_to_dict
from django.utils import timezone

from portal.practice.forms import AskForPasswordForm, ClinicForm, InviteForm
from portal.practice.models import Certificate
from tests.factories import CertificateFactory


def offered(form, field):
    return [code for code, _words in form.fields[field].widget.choices]


@pytest.mark.parametrize("zone", ["UTC", "Etc/GMT+3", "Europe/Paris"])
def test_saving_the_clinic_leaves_its_time_zone_where_it_is(clinic, zone):
    clinic.time_zone = zone
    form = ClinicForm(instance=clinic)
    assert (zone in offered(form, "time_zone"), form["time_zone"].value()) == (True, zone)


def test_only_languages_with_translated_texts_are_offered(clinic):
    assert offered(ClinicForm(instance=clinic), "language") == ["en", "de", "fr", "es"]
    form = ClinicForm(model_to_dict(clinic) | {"language": "it"}, instance=clinic)
    assert (form.is_valid(), list(form.errors)) == (False, ["language"])


def test_the_certificate_of_somebody_who_left_can_be_put_right(clinic, owner, practitioner, signed_in):
    held = CertificateFactory(membership=practitioner, title="Tytle")
    practitioner.ended_at = timezone.now()
    practitioner.save()
    fields = ("membership", "awarding_body", "number", "issued_on", "expires_on", "max_depth_mm")
    said = model_to_dict(held, fields=fields) | {"title": "Title"}
    answer = signed_in(owner).post(f"/admin/portal/certificate/{held.pk}/change/", said)
    assert (answer.status_code, Certificate.objects.get().title) == (302, "Title")


@pytest.mark.parametrize("form", [AskForPasswordForm, InviteForm])
def test_an_email_that_grows_in_small_letters_is_refused_kindly(form):
    said = {"full_name": "Ann", "role": "owner"}
    assert form(said | {"email": "ANN@X.example"}).errors == {}
    told = ["This email is too long. Please enter one of at most 254 characters."]
    assert form(said | {"email": "İ" * 240 + "@x.example"}).errors == {"email": told}
