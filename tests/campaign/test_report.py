"""What a campaign says at its end: sums, a table, and one place in the page for it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.campaign import report
from tests.campaign.auditing import Verdict
from tests.campaign.outcome import Outcome, total
from tests.campaign.scenarios import ALL


def outcome(**fields: Any) -> Outcome:
    """A run of 500 jobs in which 3 were left to a person, who settled them."""
    at_rest = Verdict(jobs=500, accepted=499, unsettled=3, states={"succeeded": 497, "unknown": 3})
    settled = Verdict(jobs=500, accepted=499, states={"succeeded": 499, "failed": 1})
    return Outcome(**{"at_rest": at_rest, "settled": settled, "crashes": 12, **fields})


def test_the_last_line_sums_all_runs() -> None:
    assert total([outcome(), outcome()]).as_json() == {
        "runs": 2, "jobs": 1000, "paid_twice": 0, "lost": 0, "money_off": 0.0, "unsettled": 6,
    }  # fmt: skip


def test_what_goes_wrong_only_while_settling_counts_too() -> None:
    after = Verdict(jobs=500, paid_twice=1, lost=2, money_off=Decimal("0.12"), wrong=["twice"])
    last = total([outcome(settled=after)]).as_json()
    assert (last["paid_twice"], last["lost"], last["money_off"]) == (1, 2, 0.12)


def test_a_hundredth_of_a_cent_is_not_rounded_away() -> None:
    assert str(report.cents(Decimal("0.0001"))) == "0.01"
    assert str(report.cents(Decimal("0.0000"))) == "0.00"


def test_a_run_that_kept_its_promises_has_no_faults() -> None:
    assert outcome().faults(leaves_nothing=False) == []


def test_a_graceful_stop_may_leave_nothing_to_settle() -> None:
    assert len(outcome().faults(leaves_nothing=True)) == 1


def test_what_the_bill_could_not_settle_is_a_fault() -> None:
    assert len(outcome(settled=Verdict(jobs=500, unsettled=1)).faults(leaves_nothing=False)) == 1


def test_the_table_takes_the_place_of_the_old_one() -> None:
    page = f"# Head\n\n{report.BEGIN}\n\nold\n\n{report.END}\n\nTail\n"
    once = report.between_markers(page, ["new"])
    assert once == f"# Head\n\n{report.BEGIN}\n\nnew\n\n{report.END}\n\nTail\n"
    assert report.between_markers(once, ["new"]) == once


def test_a_page_without_the_markers_is_refused() -> None:
    with pytest.raises(ValueError, match="needs the lines"):
        report.between_markers("# Head\n", ["new"])


def test_the_page_of_the_campaign_has_the_markers() -> None:
    assert report.between_markers(report.PAGE.read_text(), ["x"])


def test_a_part_of_the_campaign_leaves_the_other_rows_as_they_are() -> None:
    kills, deploy = (one for one in ALL if one.name in ("kills", "deploy"))
    stack = kills.stacks[0]
    old = [report.Row(one.says, stack, total([outcome()]), []) for one in (kills, deploy)]
    page = report.between_markers(
        f"{report.BEGIN}\n{report.END}", report.merged(f"{report.BEGIN}\n{report.END}", old)
    )
    new = report.Row(deploy.says, stack, total([outcome(), outcome()]), [])
    assert report.merged(page, [new]) == report.table([old[0], new])
