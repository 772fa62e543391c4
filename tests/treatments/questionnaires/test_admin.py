import pytest
from django.utils import timezone

from tests.treatments.questionnaires.versions import Writer
from treatments.questionnaires import services
from treatments.screening.models import QuestionnaireVersion
from treatments.screening.questionnaire import DateQuestion, Rule, default, read

LIST = "/admin/treatments/questionnaireversion/"


def test_the_owner_opens_every_page_and_publishes(clinic, owner, signed_in):
    browser = signed_in(owner)
    assert browser.post(f"{LIST}begin/").status_code == 302
    draft = QuestionnaireVersion.objects.get()
    one = f"{LIST}{draft.pk}"
    pages = [
        "change",
        "publish",
        "ask",
        "ages",
        "json",
        "discard",
        "edit/isotretinoin",
        "retire/smoker",
        "restore/smoker",
    ]
    assert [browser.get(f"{one}/{page}/").status_code for page in pages] == [200] * len(pages)
    assert browser.get(LIST).status_code == 200
    said = {"seen": draft.fingerprint, "approved_by": "Dr Okafor", "reason": "First version."}
    assert browser.post(f"{one}/publish/", said).status_code == 302
    assert QuestionnaireVersion.objects.published().count() == 1


def test_a_page_of_a_published_version_leads_to_what_it_says(clinic, owner, signed_in):
    version, browser = Writer(owner).publish(), signed_in(owner)
    for page in ("publish", "ask", "ages", "discard", "edit/isotretinoin", "retire/smoker"):
        response = browser.get(f"{LIST}{version.pk}/{page}/", follow=True)
        assert response.redirect_chain == [(f"{LIST}{version.pk}/change/", 302)]
        assert "is published: it stays as it is. Begin a new version" in response.content.decode()


def test_a_practitioner_looks_and_changes_nothing(clinic, owner, practitioner, signed_in):
    draft = services.begin_version(clinic=clinic, by=owner.user, at=timezone.now())
    browser, one = signed_in(practitioner), f"{LIST}{draft.pk}"
    pages = ["change", "publish", "ask", "discard", "edit/isotretinoin"]
    assert [browser.get(f"{one}/{page}/").status_code for page in pages] == [200, 403, 403, 403, 403]


def test_whoever_saves_second_keeps_what_they_typed(clinic, owner, signed_in):
    draft = services.begin_version(clinic=clinic, by=owner.user, at=timezone.now())
    said = {"seen": "older", "approved_by": "Dr Okafor", "reason": "First version."}
    page = signed_in(owner).post(f"{LIST}{draft.pk}/publish/", said)
    form = page.context["form"]
    assert (page.status_code, form["approved_by"].value(), form["seen"].value()) == (
        200,
        "Dr Okafor",
        draft.fingerprint,
    )


def changed(browser, page, **said):
    """Post the form of a page as it stands, but for what is said."""
    form = browser.get(page).context["form"]
    standing = {field.html_name: field.value() for field in form}
    typed = {name: value for name, value in standing.items() if value not in (None, False)} | said
    answer = browser.post(page, {name: value for name, value in typed.items() if value is not None})
    assert answer.status_code == 302, answer.context["form"].errors
    return read(QuestionnaireVersion.objects.drafts().get().content)


@pytest.fixture
def browser(clinic, owner, signed_in):
    services.begin_version(clinic=clinic, by=owner.user, at=timezone.now())
    return signed_in(owner)


@pytest.fixture
def one(browser):
    return f"{LIST}{QuestionnaireVersion.objects.get().pk}"


def test_a_form_that_is_saved_as_it_stands_changes_nothing(browser, one):
    for key in ("isotretinoin", "expectations", "hopes", "cold_sore"):
        assert changed(browser, f"{one}/edit/{key}/") == default()
    assert changed(browser, f"{one}/ages/") == default()


def test_an_answer_without_a_rule_is_given_one_that_waits_from_a_new_date(browser, one):
    said = {"level": "defer", "days": "14", "date_words": "When was your last one?", "why": "Smoked."}
    content = changed(browser, f"{one}/edit/smoker/", **{f"added_no_{name}": value for name, value in said.items()})
    question = content.by_key["smoker"]
    assert question.dates == (DateQuestion("smoker_date", "When was your last one?"),)
    own = Rule(("no",), "defer", "Smoked.", "The clinic's own rule.", date_field="smoker_date", days=14)
    assert question.rules == (*default().by_key["smoker"].rules, own)


def test_a_rule_without_a_date_may_wait_from_the_one_that_is_asked(browser, one):
    content = changed(browser, f"{one}/edit/isotretinoin/", rule_0_level="defer", rule_0_days="200")
    rule, was = content.by_key["isotretinoin"].rules[0], default().by_key["isotretinoin"]
    assert (rule.level, rule.days, rule.date_field) == ("defer", 200, was.dates[0].field)
    assert content.by_key["isotretinoin"].dates == was.dates


def test_a_new_question_says_what_it_lacks(browser, one):
    sent = {"section": default().sections[0].key, "seen": "what was shown"}
    form = browser.post(f"{one}/ask/", sent).context["form"]
    assert sorted(form.errors) == ["label_0", "label_1", "title", "why", "words"]
    assert not [words for said in form.errors.values() for words in said if words.startswith("This field")]


def test_a_wait_without_days_or_a_date_is_sent_back(browser, one):
    page = f"{one}/edit/smoker/"
    form = browser.post(page, {"added_no_level": "defer"}).context["form"]
    missing = [f"added_no_{name}" for name in ("date_words", "days", "why")]
    assert sorted(name for name in form.errors if name.startswith("added")) == missing


def test_other_days_and_another_date_question(browser, one):
    said = {"rule_1_days": "366", "date_isotretinoin_stop_date": "When did you stop?"}
    question = changed(browser, f"{one}/edit/isotretinoin/", **said).by_key["isotretinoin"]
    assert (question.rules[1].days, question.dates[0].words) == (366, "When did you stop?")


def test_the_age_rules_change(browser, one):
    said = {"age_0_oldest": "20", "age_1_least": "21", "age_1_oldest": "24"}
    more = {"added_level": "review", "added_least": "75", "added_why": "Aged 75 or more."}
    content = changed(browser, f"{one}/ages/", **said, **more)
    found = [(rule.key, rule.when, rule.level) for rule in content.age_rules]
    first, second = (rule.key for rule in default().age_rules)
    assert found == [
        (first, "age<21", "absolute"),
        (second, "21<=age<25", "review"),
        ("own_age", "75<=age<130", "review"),
    ]
    assert "Age 18 to 20: do not treat instead of the practitioner decides." in browser.get(
        f"{one}/change/"
    ).content.decode().replace("&#x27;", "'")


def test_the_ages_the_wrong_way_round_are_sent_back(browser, one):
    form = browser.get(f"{one}/ages/").context["form"]
    typed = {field.html_name: field.value() for field in form if field.value() is not None} | {"age_1_oldest": "17"}
    assert list(browser.post(f"{one}/ages/", typed).context["form"].errors) == ["age_1_oldest"]


def test_an_age_rule_is_taken_away(browser, one):
    assert len(changed(browser, f"{one}/ages/", age_1_level="").age_rules) == 1


def test_who_approved_the_rules_is_written_on_each(browser, one):
    said = {"approved_by": "Dr Okafor", "approved_on": "2026-05-01"}
    rules = changed(browser, f"{one}/edit/isotretinoin/", **said).by_key["isotretinoin"].rules
    assert {(rule.approved_by, rule.approved_on) for rule in rules} == {("Dr Okafor", "2026-05-01")}
    form = browser.get(f"{one}/edit/isotretinoin/").context["form"]
    assert (form["approved_by"].value(), str(form["approved_on"].value())) == ("Dr Okafor", "2026-05-01")


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"approved_by": "Dr Okafor"}, "approved_on"),
        ({"approved_on": "2026-05-01"}, "approved_by"),
        ({"approved_by": "Dr Okafor", "approved_on": "2999-05-01"}, "approved_on"),
    ],
)
def test_a_name_and_a_day_belong_together(browser, one, said, field):
    assert field in browser.post(f"{one}/edit/isotretinoin/", said).context["form"].errors


def test_a_retired_question_of_the_clinic_is_put_back(browser, one, owner, clinic):
    typed = {"title": "Tanning bed", "words": "Do you use one?", "why": "It burns.", "section": "about_you"}
    key = "own_tanning_bed"
    asked = changed(browser, f"{one}/ask/", **typed, label_0="Yes", label_1="No").by_key[key]
    draft = QuestionnaireVersion.objects.get()
    who = {"by": owner.user, "at": timezone.now()}
    said = {"approved_by": "Dr Okafor", "reason": "Asked by the insurer."}
    services.publish_version(version=draft, seen=draft.fingerprint, **said, **who)
    second = services.begin_version(clinic=clinic, **who)
    services.retire_question(version=second, seen=second.fingerprint, key=key, **who)
    page = f"{LIST}{second.pk}/restore/{key}/"
    assert page in browser.get(f"{LIST}{second.pk}/change/").content.decode()
    assert changed(browser, page).by_key[key] == asked


def test_a_page_says_what_changes_from_the_version_in_force_too(browser, one, owner, clinic):
    draft, who = QuestionnaireVersion.objects.get(), {"by": owner.user, "at": timezone.now()}
    changed(browser, f"{one}/edit/isotretinoin/", rule_1_days="366")
    draft.refresh_from_db()
    said = {"approved_by": "Dr Okafor", "reason": "Asked by the insurer."}
    services.publish_version(version=draft, seen=draft.fingerprint, **said, **who)
    second = services.begin_version(clinic=clinic, **who)
    page = browser.get(f"{LIST}{second.pk}/change/")
    assert (len(page.context["to_default"].stricter), page.context["to_before"].is_empty) == (1, True)
    assert "What changes from Version 1, which is in force" in page.content.decode()
