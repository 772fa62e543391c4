from tests.factories import AlertFactory, CertificateFactory, PlanZoneFactory, ScreeningFactory, SessionZoneFactory


def test_smallest_rows_are_valid(clinic):
    assert [
        f().pk > 0 for f in (AlertFactory, CertificateFactory, PlanZoneFactory, ScreeningFactory, SessionZoneFactory)
    ] == [True] * 5


def test_today_opens(practitioner, signed_in):
    assert signed_in(practitioner).get("/admin/").status_code == 200
