"""The downloaded file is what `manage.py assess` reads, and says what the clinic's own questionnaire says."""

import json

import pytest
from django.core.management import call_command

from tests.treatments.questionnaires.versions import OWN, Writer, forbids
from tests.treatments.screening.rows import HEALTHY
from treatments.screening.questionnaire import load, read

PLAN = {"device": "mechanical", "areas": ["cheeks"]}
ANSWERS = HEALTHY | {OWN: "yes", "isotretinoin": "stopped"}


@pytest.fixture
def version(owner):
    return Writer(owner).add().rules("isotretinoin", forbids).publish()


@pytest.fixture
def downloaded(version, practitioner, signed_in, tmp_path):
    """The file, as the browser saves it."""
    answer = signed_in(practitioner).get(f"/admin/treatments/questionnaireversion/{version.pk}/json/")
    assert answer["Content-Disposition"] == 'attachment; filename="questionnaire-1.json"'
    file = tmp_path / "questionnaire-1.json"
    file.write_bytes(answer.content)
    return file


@pytest.fixture
def assessed(tmp_path, capsys):
    """What the command prints about the answers, under the questionnaire that the options name."""

    def run(*options):
        case = {"as_of": "2026-06-01", "date_of_birth": "1985-05-17", "plan": PLAN, "answers": ANSWERS}
        file = tmp_path / "case.json"
        file.write_text(json.dumps(case))
        call_command("assess", str(file), *options)
        return json.loads(capsys.readouterr().out)

    return run


def test_the_file_is_the_version(version, downloaded):
    assert load(downloaded) == read(version.content)


def test_the_command_judges_by_the_file_and_by_the_clinic_alike(version, downloaded, assessed):
    by_file = assessed("--questionnaire", str(downloaded))
    assert by_file == assessed("--clinic", str(version.clinic_id))
    assert (by_file["outcome"], by_file["version"]) == ("contraindicated", version.content["version"])
    levels = {reason["key"]: reason["level"] for reason in by_file["reasons"]}
    assert levels == {"isotretinoin": "absolute", OWN: "review"}


def test_a_draft_is_downloaded_too_but_is_not_the_clinics(owner, signed_in, assessed, tmp_path):
    draft = Writer(owner).add().rules("isotretinoin", forbids)
    answer = signed_in(owner).get(f"/admin/treatments/questionnaireversion/{draft.version.pk}/json/")
    (tmp_path / "draft.json").write_bytes(answer.content)
    assert assessed("--questionnaire", str(tmp_path / "draft.json"))["outcome"] == "contraindicated"
