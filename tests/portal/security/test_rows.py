"""Rows that are read quickly are the rows that Django reads."""

import pytest
from django.db import models

from clients.models import Client, Message
from portal.security.rows import QuickRow
from tests.factories import ClientFactory, MessageFactory


def all_of(row):
    """Its columns, and what Django knows of it."""
    columns = dict(vars(row))
    state = columns.pop("_state")
    return columns, state.db, state.adding, state.fields_cache


@pytest.mark.parametrize("model", [Client, Message])
def test_a_row_is_read_as_django_reads_it(model, clinic, monkeypatch):
    message = MessageFactory(client=ClientFactory(clinic=clinic))
    pk = (message if model is Message else message.client).pk
    quick = model.objects.get(pk=pk)
    monkeypatch.setattr(QuickRow, "from_db", classmethod(models.Model.from_db.__func__))
    known = model.objects.get(pk=pk)
    assert all_of(quick) == all_of(known)
    assert (quick, quick.__class__) == (known, model)


@pytest.mark.parametrize("model", QuickRow.__subclasses__())
def test_no_field_wants_to_be_told_when_such_a_row_is_read(model):
    assert not any(isinstance(field, models.FileField) for field in model._meta.fields)


def test_a_row_without_some_of_its_columns_reads_them_when_they_are_asked_for(clinic, django_assert_num_queries):
    pk = MessageFactory(client=ClientFactory(clinic=clinic), personal_line="See you soon").pk
    message = Message.objects.only("key").get(pk=pk)
    with django_assert_num_queries(1):
        assert message.personal_line == "See you soon"


def test_a_row_that_was_read_can_be_changed_and_saved(clinic):
    message = Message.objects.get(pk=MessageFactory(client=ClientFactory(clinic=clinic)).pk)
    message.personal_line = "See you soon"
    message.save()
    message.refresh_from_db()
    assert (message.personal_line, Message.objects.count()) == ("See you soon", 1)
