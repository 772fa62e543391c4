"""While developing, too, what is not there gets our own page."""


def test_in_development_another_clinics_page_is_no_technical_one(practitioner, signed_in, settings):
    settings.DEBUG = True
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "portal.security.middleware.OwnNotFoundMiddleware"]
    answer = signed_in(practitioner).get("/admin/client/99999/")
    shown = answer.content.decode()
    assert (answer.status_code, "There is no such page" in shown, "Raised by" in shown) == (404, True, False)
