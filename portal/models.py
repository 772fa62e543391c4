"""Index of the portal's tables."""

from portal.audit.models import AuditEvent, AuditHead
from portal.practice.models import Certificate, Clinic, Membership, PasswordReset, User

__all__ = ["AuditEvent", "AuditHead", "Certificate", "Clinic", "Membership", "PasswordReset", "User"]
