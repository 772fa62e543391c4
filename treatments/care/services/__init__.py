"""The verbs of a clinic's care schedule."""

from treatments.care.services.versions import schedule_of, shipped, shipped_schedule, version_in_force

__all__ = ["schedule_of", "shipped", "shipped_schedule", "version_in_force"]
