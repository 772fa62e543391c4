"""The amendments there are count too: each amended session as it was amended, and what was said of it with it.

An amended device is known by its name and serial number of then. One that has another name since stays as signed.
"""

from decimal import Decimal, InvalidOperation

from django.db import migrations

COUNTED = ("device", "lot", "ended", "depth")
NOT_TREATED = "not treated"


def fill(apps, schema_editor):
    amendments = apps.get_model("treatments", "Amendment")._base_manager.filter(subject__in=COUNTED)
    sessions = apps.get_model("treatments", "Session")._base_manager.filter(pk__in=amendments.values("session"))
    kept = apps.get_model("treatments", "AsAmended")._base_manager
    changes = apps.get_model("treatments", "Change")._base_manager
    for session in sessions.prefetch_related("zones").iterator(chunk_size=500):
        facts = as_amended(apps, session, list(amendments.filter(session=session).order_by("pk")))
        kept.update_or_create(session=session, defaults=facts | {"clinic_id": session.clinic_id})
        looked_at = {name: facts[name] for name in ("device_id", "deepest_mm", "zones")}
        changes.filter(session=session).update(**looked_at)


def as_amended(apps, session, amendments):
    devices = apps.get_model("treatments", "Device")._base_manager.filter(clinic_id=session.clinic_id)
    facts = {"ended_at": session.ended_at, "device_id": session.device_id, "cartridge_lot": session.cartridge_lot}
    depths = {zone.zone: zone.depth_mm for zone in session.zones.all()}
    for one in amendments:
        if one.subject == "ended":
            facts["ended_at"] = one.ended_at
        elif one.subject == "lot":
            facts["cartridge_lot"] = one.lot_number
        elif one.subject == "device":
            known = [device.pk for device in devices if f"{device.name} ({device.serial})" == one.after]
            facts["device_id"] = known[0] if known else facts["device_id"]
        elif one.after == NOT_TREATED:
            depths.pop(one.part, None)
        else:
            depths[one.part] = in_mm(one.after) or depths.get(one.part)
    written = {zone: depth for zone, depth in depths.items() if depth}
    return facts | {"deepest_mm": max(written.values(), default=None), "zones": ",".join(sorted(written))}


def in_mm(words):
    try:
        return Decimal(words.removesuffix(" mm"))
    except InvalidOperation:
        return None


class Migration(migrations.Migration):
    dependencies = [("treatments", "0043_as_amended")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
