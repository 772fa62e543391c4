"""Who may sign in, and stay signed in: people who work somewhere now."""

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import AnonymousUser

from portal.practice.models import User


class PracticeBackend(ModelBackend):
    """Asked at sign-in and on every request, so a session ends with the membership it was opened for."""

    def user_can_authenticate(self, user: User | AnonymousUser | None) -> bool:
        """Only somebody active with a current membership; everybody else gets the answer of a wrong password."""
        return bool(user and user.is_staff)
