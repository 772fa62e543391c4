"""Index of the clients' addresses."""

from clients.messages.urls import urlpatterns

__all__ = ["urlpatterns"]
