"""Index of the portal's admin pages."""

import portal.adminsite.audit
import portal.adminsite.practice  # noqa: F401
