"""Index of the portal's admin pages."""

from django.contrib import admin

# Imported for what they register: first Django's own pages for groups, which are then taken away.
from django.contrib.auth import admin as _  # noqa: F401
from django.contrib.auth.models import Group

import portal.adminsite.audit
import portal.adminsite.practice  # noqa: F401

# Groups belong to no clinic; what people may do is written in portal/practice/permissions.py.
admin.site.unregister(Group)
