"""The workers' application, and the one list of everything that happens by the clock.

The row is the truth and a message is only a nudge: each periodic task finds what is due in the
database, so an emptied broker costs a second and nothing else.
"""

from __future__ import annotations

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "studio.settings")
# Django's checks would load every page with its codecs into every worker; the commands make them.
os.environ.setdefault("CELERY_SKIP_CHECKS", "yes")

from celery import Celery
from celery.signals import setup_logging
from django.conf import settings
from django_structlog.celery.steps import DjangoStructLogInitStep
from kombu import Queue

from studio import embedded_broker, logs

app = Celery("understudy")
app.conf.update(
    task_ignore_result=True,
    task_default_queue="machine",
    # Queues of their own: bringing home, encoding and drawing never delay sending or looking.
    task_queues=[
        Queue(name) for name in ("machine", "send", "look", "fetch", "renditions", "animatics")
    ],
    task_routes={
        "jobs.tasks.submit_due": {"queue": "send"},
        "jobs.tasks.look_due": {"queue": "look"},
        "jobs.tasks.fetch_due": {"queue": "fetch"},
        "jobs.tasks.derive_due": {"queue": "renditions"},
        "jobs.tasks.draw_due": {"queue": "animatics"},
    },
    task_acks_late=False,  # a nudge that is lost is found by the sweep; one twice is a waste
    worker_prefetch_multiplier=1,
    worker_hijack_root_logger=False,
    worker_send_task_events=False,
    broker_connection_retry_on_startup=True,
    timezone="UTC",
    beat_scheduler="studio.ticking:Ticker",
    beat_max_loop_interval=1,
    # Waiting for engines is what workers do; and a signal to the whole process group then reaches
    # one process, which ends its calls, instead of children that die in the middle of them.
    worker_pool="threads",
    worker_concurrency=settings.WORKER_THREADS,
)

if settings.REDIS_URL:
    app.conf.update(
        broker_url=settings.REDIS_URL,
        # kombu 5.7 otherwise redelivers unacknowledged messages only after 100 s.
        broker_transport_options={"unacked_restore_interval": 2, "unacked_restore_throttle": 1},
    )
else:
    embedded_broker.register()
    app.conf.update(
        broker_url=f"{embedded_broker.SCHEME}://here",
        broker_transport_options={
            "data_folder_in": str(settings.BROKER_DIR / "messages"),
            "data_folder_out": str(settings.BROKER_DIR / "messages"),
            "control_folder": str(settings.BROKER_DIR / "control"),
            "polling_interval": 0.1,
        },
    )

#: name: (task, every so many seconds). Ticks that pile up while no worker is there do no harm: each
#: finds by the rows whether there is anything to do. They do not expire, since that would compare
#: the clocks of two hosts.
PERIODIC = {
    "send what is waiting": ("jobs.tasks.submit_due", 1),
    "look at what is rendering": ("jobs.tasks.look_due", 2),
    "bring home what is finished": ("jobs.tasks.fetch_due", 2),
    "make what is missing of versions": ("jobs.tasks.derive_due", 5),
    "draw the animatics that people asked for": ("jobs.tasks.draw_due", 5),
    "tell what has happened": ("studio.notifications.tasks.spread_word", 5),
    "mail what is to be mailed": ("studio.notifications.tasks.mail_due", 10),
    "send webhooks": ("studio.notifications.tasks.send_webhooks", 5),
    "clear away what nobody reads any more": ("studio.notifications.tasks.clear_away", 3600),
    "find what was abandoned or is overdue": ("jobs.tasks.sweep", 10),
}
app.conf.beat_schedule = {
    name: {"task": task, "schedule": seconds} for name, (task, seconds) in PERIODIC.items()
}
app.autodiscover_tasks(["jobs", "studio.notifications"])
app.steps["worker"].add(DjangoStructLogInitStep)
setup_logging.connect(logs.keep_ours)
