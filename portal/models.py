"""Index of the portal's tables."""

from portal.audit.models import AuditEvent
from portal.practice.models import Certificate, Clinic, Membership, PasswordReset, User

__all__ = ["AuditEvent", "Certificate", "Clinic", "Membership", "PasswordReset", "User"]
