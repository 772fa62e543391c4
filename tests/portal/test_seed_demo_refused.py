"""Where the demo clinic is not loaded."""

import pytest
from django.core.management import CommandError, call_command

from portal.models import Clinic
from tests.factories import UserFactory


def test_it_is_refused_where_the_demo_is_off(db, settings):
    settings.DEMO, settings.DEBUG = True, False
    with pytest.raises(CommandError, match="never loaded in production"):
        call_command("seed_demo")
    assert Clinic.objects.count() == 0


def test_a_database_that_somebody_named_gets_it_only_when_asked(db, settings):
    settings.DEMO, settings.DEBUG = False, True
    with pytest.raises(CommandError, match="only when you ask: --here"):
        call_command("seed_demo")
    assert Clinic.objects.count() == 0


def test_it_is_loaded_once(db, settings):
    settings.DEMO = settings.DEBUG = True
    settings.DEMO_EMAIL, settings.DEMO_PASSWORD = "maya@linden.example", "needle-and-linden"
    UserFactory(email="maya@linden.example")
    with pytest.raises(CommandError, match="loaded already"):
        call_command("seed_demo")
    assert Clinic.objects.count() == 0
