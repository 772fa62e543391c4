from portal.runner.words import welcome


def test_the_box_says_where_how_and_how_to_stop(settings):
    settings.BASE_URL, settings.MAIL_WEB_PORT, settings.EMBEDDED_MAIL = "http://localhost:8000", 8026, True
    settings.DEMO_EMAIL, settings.DEMO_PASSWORD = "ann@demo.example", "words"
    assert [line.strip("|+- ") for line in welcome(demo=True).splitlines() if line.strip("|+- ")] == [
        "Collagenda is running.",
        "Portal         http://localhost:8000/",
        "Caught mail    http://localhost:8026/",
        "Sign in with   ann@demo.example",
        "Password       words",
        "Ctrl-C stops everything.",
    ]


def test_an_empty_portal_says_where_to_begin():
    assert "There is no clinic yet: docs/operations.md" in welcome(demo=False, empty=True)


def test_without_a_demo_there_is_no_sign_in_to_show(settings):
    settings.EMBEDDED_MAIL = False
    assert ("Sign in" in welcome(demo=False), "Caught" in welcome(demo=False)) == (False, False)
