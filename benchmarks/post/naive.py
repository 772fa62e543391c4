"""Celery as it is used first: a task and a connection for each email.

celery --app benchmarks.post.naive worker     with LETTER, MAIL_TO (a port) and CELERY_BROKER_URL in the environment
"""

import os

from celery import Celery

from benchmarks.post import letters

app = Celery("naive", broker=os.environ.get("CELERY_BROKER_URL"), set_as_current=False)
app.conf.update(task_ignore_result=True, task_default_queue="naive", broker_connection_retry_on_startup=True)
if "MAIL_TO" in os.environ:
    letters.configure(int(os.environ["MAIL_TO"]))


@app.task(name="naive.send")
def send(number: int) -> None:
    """One email."""
    letters.email(os.environ["LETTER"], number).send()
