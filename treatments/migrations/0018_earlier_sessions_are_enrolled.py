"""Sessions from before there were courses of follow-ups are enrolled: what has not left yet can be moved like any other."""

from django.db import migrations
from django.db.models import Max


def enrol(apps, schema_editor):
    """In the default that ships with the portal, whose steps and hours are those that they began with."""
    sessions = apps.get_model("treatments", "Session")._base_manager
    earlier = sessions.filter(followups__enrolment=None, followups__isnull=False, enrolment=None, ended_at__isnull=False)
    for clinic in earlier.order_by().values_list("clinic_id", flat=True).distinct():
        own = list(earlier.filter(clinic_id=clinic).distinct())
        version = the_default(apps, clinic, min(session.ended_at for session in own))
        for session in own:
            course = apps.get_model("treatments", "Enrolment")._base_manager.create(
                clinic_id=clinic,
                client_id=session.client_id,
                session=session,
                version=version,
                anchored_at=session.ended_at,
                enrolled_at=session.ended_at,
            )
            session.followups.update(enrolment=course)


def the_default(apps, clinic, since):
    """The clinic's version that says what the default says; made when there is none."""
    # Its words fill a hundred kilobytes: they are read where they stand, not written out here once more.
    from treatments.care.schedule import fingerprint
    from treatments.care.services.versions import shipped

    name, content = shipped()
    versions = apps.get_model("treatments", "CareVersion")._base_manager.filter(clinic_id=clinic)
    known = versions.filter(shipped=name, published_at__isnull=False).first()
    return known or versions.create(
        clinic_id=clinic,
        number=(versions.aggregate(Max("number"))["number__max"] or 0) + 1,
        content=content,
        fingerprint=fingerprint(content),
        shipped=name,
        begun_at=since,
        published_at=since,
    )


class Migration(migrations.Migration):
    dependencies = [("treatments", "0017_results_ask_for_the_outcome")]
    operations = [migrations.RunPython(enrol, migrations.RunPython.noop)]
