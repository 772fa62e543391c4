"""Wiring of the treatments app."""

from django.apps import AppConfig


class TreatmentsConfig(AppConfig):
    """The treatments app."""

    name = "treatments"
