"""Index of the portal's tasks."""

from portal.practice.tasks import send_password_resets

__all__ = ["send_password_resets"]
