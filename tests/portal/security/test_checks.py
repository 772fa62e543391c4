from portal.security.checks import demo_only_with_debug


def test_a_demo_in_production_is_refused(settings):
    settings.DEBUG, settings.DEMO = False, True
    assert [error.id for error in demo_only_with_debug()] == ["portal.E001"]


def test_a_demo_on_a_developers_machine_is_fine(settings):
    settings.DEBUG, settings.DEMO = True, True
    assert demo_only_with_debug() == []
