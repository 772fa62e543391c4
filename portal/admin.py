"""Index of the portal's admin pages."""

import portal.adminsite.practice  # noqa: F401
