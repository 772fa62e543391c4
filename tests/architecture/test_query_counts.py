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


def queries_of(browser, model):
    where = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    browser.get(where)  # what is asked once and then remembered does not count
    with CaptureQueriesContext(connection) as queries:
        assert browser.get(where).status_code == 200
    return [query["sql"] for query in queries]


def test_a_longer_list_costs_no_more_queries(ours):
    browser = Browser()
    browser.force_login(ours.people["owner"].user)
    with_one = {model: queries_of(browser, model) for model in LISTS}
    ours.fill()
    ours.fill()
    with_three = {model: queries_of(browser, model) for model in LISTS}
    assert {model: asked for model, asked in with_three.items() if len(asked) != len(with_one[model])} == {}
