"""A client who agreed to photographs for the record, with a session that was done."""

import io

import pytest
from PIL import Image

from portal.security.images import cleaned
from tests.factories import NOON, ClientFactory, ConsentFactory, ConsentRequestFactory, PlanFactory, SessionFactory
from treatments.photos.services import add_photograph


def photograph_file(colour=(200, 40, 40), kind="JPEG", size=(300, 400)):
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, kind)
    return out.getvalue()


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def session(clinic, practitioner):
    plan = PlanFactory(client=ClientFactory(clinic=clinic, first_name="Ada"), practitioner=practitioner)
    return SessionFactory(plan=plan, number=1, ended_at=NOON)


@pytest.fixture
def consent(session):
    request = ConsentRequestFactory(client=session.client, practitioner=session.practitioner)
    return ConsentFactory(request=request, state="signed")


@pytest.fixture
def add(session, consent, practitioner):
    """add(moment=…, view=…, colour=…) keeps a photograph with the session."""

    def keep(**said):
        picture = cleaned(photograph_file(said.pop("colour", (200, 40, 40))))
        usual = {"session": session, "moment": "before", "view": "front", "taken_at": NOON, "at": NOON}
        return add_photograph(**usual | said, picture=picture, by=practitioner.user)

    return keep
