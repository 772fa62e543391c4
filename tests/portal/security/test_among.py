"""As `in`, on both databases."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clients.models import Client, Message
from tests.factories import ClientFactory, MessageFactory


@pytest.fixture
def messages(clinic):
    return [MessageFactory(client=ClientFactory(clinic=clinic, email=f"{name}'\"@example.org")) for name in "abc"]


@pytest.mark.parametrize("number", [0, 1, 2, 3])
def test_it_finds_what_in_finds(messages, number):
    some = messages[:number]
    own = {message.pk for message in some}
    assert set(Message.objects.filter(pk__among=own).values_list("pk", flat=True)) == own
    clients = {message.client_id: message for message in some}
    assert set(Message.objects.filter(client__among=clients).values_list("pk", flat=True)) == own
    assert set(Message.objects.filter(client_id__among=[*clients]).values_list("pk", flat=True)) == own
    emails = (message.client.email for message in some)
    assert set(Client.objects.filter(email__among=emails).values_list("pk", flat=True)) == set(clients)


def test_it_can_be_turned_round_and_reached_over_a_relation(messages):
    first, *others = messages
    found = Message.objects.exclude(client__email__among=[first.client.email])
    assert set(found) == set(others)


def test_however_many_values_are_one_parameter(messages):
    said = []
    for number in (1, 50_000):
        with CaptureQueriesContext(connection) as asked:
            assert len(Message.objects.filter(pk__among=[messages[0].pk] * number)) == 1
        said.append(asked.captured_queries[0]["sql"].count("SELECT"))
    assert said[0] == said[1]
