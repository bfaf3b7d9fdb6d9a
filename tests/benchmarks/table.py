"""The figures as tables in Markdown, and their place in the document that shows them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from tests.benchmarks.figures import MEGABYTE, Following, Results, percentile

BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
LAG_TARGET, POLLS_TARGET, CPU_TARGET, POLLER_TARGET_MB = 1.1, 15.0, 1 / 12, 150.0


def report(results: Results, machine: str, when: str) -> str:
    """Everything that was measured, as Markdown."""
    parts = [f"Measured {when} on {machine}."]
    runs = [*results.ours, *([results.naive] if results.naive else [])]
    if runs:
        parts += [_grid(_FOLLOWING, map(_following, runs))]
    if results.waits:
        waits = [
            (wait.what, str(len(wait.seconds)), f"{wait.middle:.2f} s", f"{wait.p95:.2f} s")
            for wait in results.waits
        ]
        parts += [_grid(("waiting for", "times", "median", "p95"), waits)]
    if targets := list(_targets(results)):
        parts += [_grid(("what", "target", "measured", ""), targets)]
    return "\n\n".join(parts) + "\n"


_FOLLOWING = (
    "in flight", "design", "on", "polls/s: reached (due)", "lag: median, p95",
    "CPU s per 1,000 polls: workers", "database, broker", "engine", "memory of the workers",
)  # fmt: skip


def _following(run: Following) -> Sequence[str]:
    lags = run.window.lags
    return (
        f"{run.wanted_in_flight:,}",
        run.design,
        run.services,
        f"{run.polls_per_second:,.0f} ({run.due_per_second:,.0f})",
        f"{percentile(lags, 0.5):.1f} s, {percentile(lags, 0.95):.1f} s" if lags else "none done",
        f"{run.cpu_per_1000_polls('workers'):.2f}",
        f"{run.cpu_per_1000_polls('database'):.2f}" if "PostgreSQL" in run.services else "inside",
        f"{run.cpu_per_1000_polls('engine'):.2f}",
        f"{run.window.memory_bytes / MEGABYTE:,.0f} MB",
    )


def _targets(results: Results) -> Iterable[Sequence[str]]:
    best = results.headline
    if best and best.lag_over_interval is not None:
        what = f"lag p95 with {best.wanted_in_flight:,} in flight, in poll intervals"
        yield _judged(what, best.lag_over_interval, LAG_TARGET, "{:.2f}")
    if best:
        what = f"most memory of the polling process with {best.wanted_in_flight:,}"
        yield _judged(what, best.poller_mb, POLLER_TARGET_MB, "{:.0f} MB")
    if results.polls_ratio is not None:
        what = "polls per second, over the naive design's"
        yield _judged(what, results.polls_ratio, POLLS_TARGET, "{:.1f}", more_is_better=True)
    if results.cpu_ratio is not None:
        what = "workers' CPU per poll, over the naive design's"
        yield _judged(what, results.cpu_ratio, CPU_TARGET, "{:.3f}")
    if results.growth is not None:
        what = "workers' CPU per poll with the most jobs, over that with the fewest"
        yield _judged(what, results.growth, 1.0, "{:.2f}")
    for wait in results.waits:
        if wait.target_seconds is not None:
            yield _judged(f"{wait.what}, p95", wait.p95, wait.target_seconds, "{:.2f} s")


def _judged(
    what: str, value: float, target: float, shown: str, *, more_is_better: bool = False
) -> Sequence[str]:
    met = value >= target if more_is_better else value <= target
    limit = f"{'at least' if more_is_better else 'at most'} {shown.format(target)}"
    return (what, limit, shown.format(value), "met" if met else "missed")


def _grid(head: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    rule = ["---"] * len(head)
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (head, rule, *lines))


def write_between_marks(document: Path, text: str) -> None:
    """Put `text` where the document's last measurement is; ValueError without the marks."""
    old = document.read_text()
    if not 0 <= old.find(BEGIN) < old.find(END):
        raise ValueError(f"{document} has no lines {BEGIN} and {END}, in this order")
    before, rest = old.split(BEGIN, 1)
    after = rest.split(END, 1)[1]
    document.write_text(f"{before}{BEGIN}\n\n{text}\n{END}{after}")
