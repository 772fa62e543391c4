"""The post office."""

from django.contrib import admin

from clients.messages.models import Message
from portal.adminsite.options import ClinicModelAdmin


@admin.register(Message)
class MessageAdmin(ClinicModelAdmin):
    """The post office."""
