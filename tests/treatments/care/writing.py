"""A clinic's care schedule, begun, changed and published as an owner would; and random edits of one."""

from dataclasses import replace

from django.utils import timezone
from hypothesis import strategies as st

from treatments.care import services
from treatments.care.schedule import CareStep, Condition, Who
from treatments.care.services import schedule_of

CALL = CareStep("own", "Day 10", 240, 48, "day_7", hour="10:00", remind_after_hours=24)


class Writer:
    """An owner who writes a version of their clinic's care schedule."""

    def __init__(self, owner, at=None):
        self.who = {"by": owner.user, "at": at or timezone.now()}
        self.version = services.begin_version(clinic=owner.clinic, **self.who)

    def change(self, key, **parts):
        services.change_step(**self._draft(), step=replace(self.schedule.step(key), **parts))
        return self

    def add(self, step=CALL):
        services.add_step(**self._draft(), step=step)
        return self

    def remove(self, key):
        services.remove_step(**self._draft(), key=key)
        return self

    def restore(self, key):
        services.restore_step(**self._draft(), key=key)
        return self

    def publish(self, reason="We call on day 10."):
        return services.publish_version(**self._draft(), reason=reason)

    @property
    def schedule(self):
        self.version.refresh_from_db()
        return schedule_of(self.version)

    def _draft(self):
        self.version.refresh_from_db()
        return {"version": self.version, "seen": self.version.fingerprint, **self.who}


HOURS = st.sampled_from(["", "00:00", "03:30", "10:00", "23:59"])
FACTS = {
    "skin_type": ["I", "IV", "V", "VI"],
    "history": ["pih_history", "psoriasis"],
    "indication": ["acne_scars", "pores"],
    "zone": ["cheeks", "neck"],
    "not_clear": ["day_1", "day_3"],
}


@st.composite
def conditions(draw):
    """Each fact at most once, as the form writes them."""
    found = []
    for fact, values in FACTS.items():
        chosen = draw(st.sets(st.sampled_from(values)))
        found += [Condition(fact, tuple(value for value in values if value in chosen))] if chosen else []
    depth = draw(st.sampled_from(["", "0.5", "1.50", "2"]))
    return tuple(found + ([Condition("depth", (depth,))] if depth else []))


@st.composite
def edits(draw):
    """What may become of one step that is later than the steps whose answers may decide."""
    days = draw(st.integers(8, 700))
    hour = draw(HOURS)
    asks = draw(st.sampled_from(["nothing", "day_14", "results"]))
    return {
        "title": draw(st.sampled_from(["Day 10", "Nachfrage", "Six Semaines"])),
        "after_hours": days * 24 + (0 if hour else draw(st.integers(0, 23))),
        "send_within_hours": draw(st.integers(1, 24 * 60)),
        "hour": hour,
        "asks": asks,
        "about_results": draw(st.booleans()),
        "remind_after_hours": 0 if asks == "nothing" else draw(st.sampled_from([0, 1, 24])),
        "who": Who(draw(conditions()), draw(conditions())),
    }
