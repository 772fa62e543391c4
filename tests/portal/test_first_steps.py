"""A new clinic is told what to do first."""

import pytest

from portal.today.first_steps import first_steps
from tests.factories import CertificateFactory, ClientFactory, DeviceFactory


@pytest.mark.parametrize(
    ("role", "words"),
    [
        ("owner", ["Add a certificate", "Add a device", "Add a client"]),
        ("practitioner", ["Add a device", "Add a client"]),
        ("front_desk", ["Add a client"]),
    ],
)
def test_a_new_clinic_is_told_what_its_people_can_add(request, signed_in, clinic, role, words):
    member = request.getfixturevalue(role)
    assert [step.word for step in first_steps(member.user)] == words
    shown = signed_in(member).get("/admin/").content.decode()
    assert [word for word in words if word not in shown] == []


def test_the_first_steps_go_once_they_are_done(owner, signed_in, clinic):
    CertificateFactory(membership=owner)
    DeviceFactory(clinic=clinic)
    ClientFactory(clinic=clinic)
    assert "First steps" not in signed_in(owner).get("/admin/").content.decode()
