"""Index of the portal's tables."""

from portal.audit.models import AuditEvent, AuditHead
from portal.practice.models import Certificate, Clinic, Membership, PasswordReset, User
from portal.security.tries import Tries

__all__ = ["AuditEvent", "AuditHead", "Certificate", "Clinic", "Membership", "PasswordReset", "Tries", "User"]
