"""The care schedule's pages. followups registers them with its own, which publish and move running courses."""

from treatments.care.admin.versions import CareVersionPages

__all__ = ["CareVersionPages"]
