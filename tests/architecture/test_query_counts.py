"""A list of three costs what a list of one costs."""

import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.architecture.world import World

LISTS = sorted(admin.site._registry, key=lambda model: model._meta.label)


@pytest.fixture
def ours(db):
    return World("Aardvarkish")


def queries_of(browser, where):
    browser.get(where)  # what is asked once and then remembered does not count
    with CaptureQueriesContext(connection) as queries:
        assert browser.get(where).status_code == 200
    return [query["sql"] for query in queries]


@pytest.mark.parametrize("model", LISTS, ids=lambda model: model._meta.label)
def test_a_longer_list_costs_no_more_queries(model, ours):
    browser = Browser()
    browser.force_login(ours.people["owner"].user)
    where = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    with_one = queries_of(browser, where)
    ours.fill()
    ours.fill()
    with_three = queries_of(browser, where)
    assert len(with_three) == len(with_one), with_three
