"""The same figures for Prometheus, computed when they are asked for.

With many processes on many hosts there is no counter to keep: every figure is read from the
database at the scrape, so each web process answers the same.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from jobs import heartbeats
from studio.operations import scope
from studio.operations.figures import LIVING, figures
from studio.operations.measured import Figures, Spread

PREFIX = "understudy"


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """The whole installation's figures, for whoever brings METRICS_TOKEN; 404 without one."""
    if not settings.METRICS_TOKEN:
        return HttpResponse(status=404)
    # Whatever the address: behind a proxy everybody comes from the loopback.
    if not _is_right(request.headers.get("Authorization", "")):
        return HttpResponse(status=401, headers={"WWW-Authenticate": "Bearer"})
    registry = CollectorRegistry(auto_describe=False)
    registry.register(FiguresCollector())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_PLAIN_0_0_4)


def _is_right(header: str) -> bool:
    scheme, _, token = header.partition(" ")
    return scheme.lower() == "bearer" and secrets.compare_digest(
        token.strip().encode(), settings.METRICS_TOKEN.encode()
    )


class FiguresCollector(Collector):
    """Reads the figures once per scrape."""

    def collect(self) -> Iterable[Metric]:
        """Every metric of the studio."""
        now = figures(scope.of_installation())
        yield from _totals(now)
        yield from _by_account(now)
        yield from _errors(now)
        yield from _money(now)
        yield from _processes(now)


def _gauge(name: str, words: str, *labels: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"{PREFIX}_{name}", words, labels=labels)


def _totals(now: Figures) -> Iterator[Metric]:
    for name, words, value in (
        ("queue_depth", "Jobs that wait to be sent.", now.waiting),
        ("in_flight", "Jobs at the engines.", now.in_flight),
        ("fetch_queue", "Finished videos that are not home yet.", now.fetching),
        ("unsettled", "Jobs that need a person's evidence.", now.unsettled_count),
        ("animatics_waiting", "Animatics that wait to be drawn.", now.animatics.waiting),
        ("animatics_drawing", "Animatics being drawn.", now.animatics.drawing),
        (
            "oldest_waiting_seconds",
            "How long the first of the waiting jobs has waited.",
            now.oldest_waiting_seconds,
        ),
    ):
        yield GaugeMetricFamily(f"{PREFIX}_{name}", words, value=value)
    late = _gauge("poll_lag_seconds", "How late the looks are that are due now.", "quantile")
    home = _gauge("home_seconds", "From done to playable, over the last hour.", "quantile")
    yield _quantiles(late, now.late)
    yield _quantiles(home, now.home)


def _quantiles(gauge: GaugeMetricFamily, spread: Spread) -> Metric:
    """Nothing due means nothing late: 0 is the truth then, and a gap in a graph is not."""
    for share, seconds in (("0.5", spread.p50), ("0.95", spread.p95), ("1", spread.longest)):
        gauge.add_metric([share], seconds or 0.0)
    return gauge


def _by_account(now: Figures) -> Iterator[Metric]:
    jobs = _gauge("jobs", "Jobs that are not over, by account and state.", "account", "state")
    paused = _gauge("account_paused", "1 while the account waits for a person.", "account")
    sent = _gauge("account_sent_last_minute", "Paid calls of the last minute.", "account")
    late = _gauge("account_poll_lag_p95_seconds", "How late the looks are.", "account")
    for one in now.accounts:
        name = one.settings.name
        paused.add_metric([name], one.known.is_paused)
        sent.add_metric([name], one.sent_last_minute)
        late.add_metric([name], one.late.p95 or 0.0)
    by_account = {one.settings.name: one.states for one in now.accounts}
    for name, states in {**by_account, **now.gone}.items():
        for state in LIVING:
            jobs.add_metric([name, state], states.get(state, 0))
    yield from (jobs, paused, sent, late)


def _errors(now: Figures) -> Iterator[Metric]:
    lately = _gauge("errors_last_hour", "What went wrong in the last hour, by code.", "code")
    held_up = _gauge("jobs_held_up", "Jobs that have this in their way now, by code.", "code")
    for one in now.errors:
        lately.add_metric([one.code], one.last_hour)
        held_up.add_metric([one.code], one.now)
    yield from (lately, held_up)


def _money(now: Figures) -> Iterator[Metric]:
    held = _gauge("money_held", "Held for jobs under way.", "currency")
    charged = _gauge("money_charged_today", "Charged since midnight.", "currency")
    for one in now.money:
        held.add_metric([one.currency], float(one.held))
        charged.add_metric([one.currency], float(one.charged_today))
    yield from (held, charged)


def _processes(now: Figures) -> Iterator[Metric]:
    alive = _gauge("processes_alive", "Workers and schedulers that gave a sign lately.", "role")
    for role in (heartbeats.WORKER, heartbeats.BEAT):
        alive.add_metric([role], now.alive(role))
    yield alive
