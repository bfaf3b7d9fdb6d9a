"""The arithmetic behind the benchmark's tables."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pytest

from tests.benchmarks.figures import Count, Following, Results, Waits, Window, lags, percentile
from tests.benchmarks.table import BEGIN, END, report, write_between_marks

PG, SQLITE = "PostgreSQL, Redis", "SQLite, embedded broker"


def following(
    *,
    in_flight: int,
    polls: int,
    cpu: float,
    on: str = PG,
    lag: float = 4.0,
    design: str = "studio",
) -> Following:
    """Ten seconds of window, in which the workers used `cpu` seconds."""
    used = {"workers": 100.0, "database": 5.0, "engine": 1.0}
    window = Window(
        before=Count(50.0, 7_000, in_flight, used),
        after=Count(60.0, 7_000 + polls, in_flight, used | {"workers": 100.0 + cpu}),
        lags=[lag],
        memory_bytes=200_000_000,
        poller_bytes=120_000_000,
    )
    return Following(design, on, in_flight, 5, window)


NAIVE = following(in_flight=1_000, polls=1_000, cpu=10, design="naive")


def test_a_percentile_is_a_measured_value_that_so_many_do_not_exceed() -> None:
    values = list(range(1, 21))
    assert percentile(values, 0.95) == 19
    assert percentile(values, 0.5) == 10
    assert percentile(values, 1) == 20
    assert percentile([3.0], 0.95) == 3.0


def test_nothing_measured_has_no_percentile() -> None:
    with pytest.raises(ValueError, match="nothing was measured"):
        percentile([], 0.95)


def test_a_lag_is_counted_for_jobs_that_the_engine_finished_in_the_window() -> None:
    finished = {"before": 9.9, "first": 10.0, "last": 19.9, "after": 20.0}
    done = {"before": 11.0, "first": 14.0, "last": 22.9, "after": 21.0}
    found = lags(finished, done, since=10, until=20, read_at=30)
    assert found == pytest.approx([4.0, 3.0])


def test_a_job_that_nobody_noticed_counts_until_the_rows_were_read() -> None:
    assert lags({"late": 12.0}, {}, since=10, until=20, read_at=30) == [18.0]


def test_rates_and_costs_are_those_of_the_window_alone() -> None:
    run = following(in_flight=1_000, polls=2_000, cpu=3)
    assert run.polls_per_second == 200
    assert run.due_per_second == 200
    assert run.cpu_per_1000_polls("workers") == pytest.approx(1.5)
    assert run.cpu_per_1000_polls("database") == 0


def test_a_window_without_a_look_costs_without_end_and_makes_no_ratio() -> None:
    dead = following(in_flight=1_000, polls=0, cpu=3)
    assert math.isinf(dead.cpu_per_1000_polls("workers"))
    assert Results(ours=[NAIVE], naive=dead).polls_ratio is None
    assert Results(ours=[dead], naive=NAIVE).as_json()["cpu_ratio"] is None


def test_the_ratios_compare_what_ran_on_the_same_services() -> None:
    few = following(in_flight=1_000, polls=2_000, cpu=1.0)
    many = following(in_flight=10_000, polls=20_000, cpu=8.0)
    elsewhere = following(in_flight=50_000, polls=90_000, cpu=900, on=SQLITE)
    results = Results(ours=[few, many, elsewhere], naive=NAIVE)
    assert results.polls_ratio == pytest.approx(20)
    assert results.cpu_ratio == pytest.approx(0.05), "the dearer of the two runs"
    assert results.growth == pytest.approx(0.8)


def test_the_last_line_has_the_four_figures() -> None:
    many = following(in_flight=10_000, polls=20_000, cpu=8.0)
    assert Results(ours=[many], naive=NAIVE).as_json() == {
        "lag_p95_over_interval": 0.8,
        "polls_ratio": 20.0,
        "cpu_ratio": 0.04,
        "poller_mb": 120.0,
    }


def test_a_part_that_did_not_run_leaves_its_figures_empty() -> None:
    assert set(Results().as_json().values()) == {None}
    assert "| what | target |" not in report(Results(), "a machine", "today")


def test_the_table_says_which_targets_were_missed() -> None:
    slow = following(in_flight=10_000, polls=14_000, cpu=8.0, lag=6.0)
    wait = Waits("click to accepted", [0.2, 0.4, 0.3], 1.0)
    part = Waits("a part of it", [0.1])
    text = report(Results(ours=[slow], naive=NAIVE, waits=[wait, part]), "a machine", "today")
    lines = {line.split(" | ")[0].strip("| "): line for line in text.splitlines()}
    assert "1.20 | missed" in lines["lag p95 with 10,000 in flight, in poll intervals"]
    assert "14.0 | missed" in lines["polls per second, over the naive design's"]
    assert "0.40 s | met" in lines["click to accepted, p95"]
    assert "| 3 | 0.30 s | 0.40 s |" in lines["click to accepted"]
    assert "| 1 | 0.10 s | 0.10 s |" in lines["a part of it"]
    assert "a part of it, p95" not in lines, "it has no target"


def test_a_run_in_which_nothing_finished_is_shown_without_a_lag() -> None:
    run = following(in_flight=1_000, polls=1_000, cpu=1)
    silent = replace(run, window=replace(run.window, lags=[]))
    assert "none done" in report(Results(ours=[silent]), "a machine", "today")
    assert Results(ours=[silent]).as_json()["lag_p95_over_interval"] is None


def test_the_document_keeps_everything_around_the_measured_part(tmp_path: Path) -> None:
    document = tmp_path / "performance.md"
    document.write_text(f"# Title\n\n{BEGIN}\n\nold\n\n{END}\n\n## How\n")
    for _ in range(2):
        write_between_marks(document, "new figures\n")
    assert document.read_text() == f"# Title\n\n{BEGIN}\n\nnew figures\n\n{END}\n\n## How\n"


def test_a_document_without_its_marks_is_left_alone(tmp_path: Path) -> None:
    document = tmp_path / "performance.md"
    document.write_text(f"{END}\n{BEGIN}\n")
    with pytest.raises(ValueError, match="in this order"):
        write_between_marks(document, "new figures\n")
    assert document.read_text() == f"{END}\n{BEGIN}\n"
