"""What was measured, as tables for benchmarks/README.md."""

import statistics


def spread(values: list[float], form: str = ",.0f") -> str:
    """Shortest, median, longest."""
    low, middle, high = min(values), statistics.median(values), max(values)
    return f"{low:{form}} – **{middle:{form}}** – {high:{form}}"


FAR_AWAY, FULL_SWING = "20 ms away, connections", "20 ms away and in full swing, connections"
RATIOS = (
    ("ours, Celery workers: 1", "raw smtplib, ready bytes, processes: 1", "at least 0.8"),
    ("ours, Celery workers: 2", "raw smtplib, ready bytes, processes: 2", "at least 0.8"),
    ("ours, Celery workers: 2", "Django, one open connection", ""),
    ("ours, Celery workers: 2", "django-post_office, defaults", "at least 8"),
    ("ours, Celery workers: 2", "django-post_office, batches of 5,000, 2 processes, no log", "at least 4"),
    ("ours, Celery workers: 2", "naive Celery, processes: 2", ""),
)


def report(rates: dict[str, list[float]], claims: dict[str, list[float]]) -> None:
    """Tables for benchmarks/README.md."""
    print("\n| sender | emails a second |\n|---|---|")
    for name, values in rates.items():
        print(f"| {name} | {spread(values)} |")
    print("\n| ratio, round by round | | goal |\n|---|---|---|")
    for mine, other, goal in RATIOS:
        if mine in rates and other in rates:
            ratios = [one / two for one, two in zip(rates[mine], rates[other], strict=True)]
            print(f"| {mine} / {other} | {spread(ratios, ',.2f')} | {goal} |")
    for name, values in rates.items():
        what, _colon, connections = name.rpartition(": ")
        alone = rates.get(f"{what}: 1")
        if what in (FAR_AWAY, FULL_SWING) and alone and connections != "1":
            ratios = [one / two for one, two in zip(values, alone, strict=True)]
            print(f"| {name} / 1 | {spread(ratios, ',.1f')} | in step: {connections} |")
    if claims:
        print("\n| claim of 500 due messages | milliseconds |\n|---|---|")
        for name, values in claims.items():
            print(f"| {name} | {spread(values, ',.1f')} |")
        small, large = claims.values()
        ratios = [one / two for one, two in zip(large, small, strict=True)]
        print(f"| ratio, one after another (goal: at most 1.2) | {spread(ratios, ',.2f')} |")
