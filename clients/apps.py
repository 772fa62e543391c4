"""Wiring of the clients app."""

from django.apps import AppConfig


class ClientsConfig(AppConfig):
    """The clients app."""

    name = "clients"
