"""The beat, when the machine's clock is set right."""

from datetime import UTC, datetime, timedelta

import pytest
from celery import Celery

from portal.celery import SteadyBeat

NOON = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
def beat(tmp_path, monkeypatch):
    """A beat with two tasks, on a clock that stands still; `asked` are the tasks it has sent, in order."""
    app = Celery("test", broker="memory://", set_as_current=False)
    app.conf.beat_schedule = {
        "often": {"task": "often", "schedule": 15},
        "sometimes": {"task": "sometimes", "schedule": 60},
    }
    beat = SteadyBeat(app, schedule_filename=str(tmp_path / "beat"))
    beat.asked = []
    monkeypatch.setattr(beat, "apply_async", lambda entry, **_how: beat.asked.append(entry.task))
    yield beat
    beat.close()


def run(beat, monkeypatch, *, since, seconds):
    """Let it run for so long on this clock."""
    for second in range(seconds):
        monkeypatch.setattr(Celery, "now", lambda _app, passed=second: since + timedelta(seconds=passed))
        for _task in beat.schedule:
            beat.tick()


@pytest.mark.parametrize("step", [timedelta(hours=-1), timedelta(hours=1)])
def test_a_clock_that_steps_stops_no_task(beat, monkeypatch, step):
    run(beat, monkeypatch, since=NOON, seconds=121)
    beat.asked.clear()
    run(beat, monkeypatch, since=NOON + step, seconds=121)
    assert beat.asked.count("often") >= 8
    assert beat.asked.count("sometimes") >= 2


def test_it_is_the_beat_of_the_portal(settings):
    assert settings.CELERY_BEAT_SCHEDULER == "portal.celery:SteadyBeat"
