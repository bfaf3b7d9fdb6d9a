"""The states of an avatar job and the only moves between them."""

from __future__ import annotations

from django.db import models


class State(models.TextChoices):
    """Where an avatar job is. The label is the sentence a person reads."""

    QUEUED = "queued", "Waiting to be sent"
    SUBMITTING = "submitting", "Being sent to the engine"
    RUNNING = "running", "Rendering"
    FETCHING = "fetching", "Rendered; bringing the video home"
    SUCCEEDED = "succeeded", "Finished"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"
    UNKNOWN = "unknown", "Answer lost; probably paid"
    STALLED = "stalled", "Overdue at the engine; still watched"
    LOST = "lost", "Rendered, but the video cannot be had"


#: The state machine. A move that is not listed here does not exist.
MOVES: dict[State, frozenset[State]] = {
    State.QUEUED: frozenset({State.SUBMITTING, State.CANCELLED}),
    State.SUBMITTING: frozenset(
        {
            State.RUNNING,
            State.FAILED,  # the engine refused: nothing was bought
            State.QUEUED,  # surely not sent: try later
            State.UNKNOWN,  # the answer was lost: never sent again by a machine
        }
    ),
    State.RUNNING: frozenset({State.FETCHING, State.FAILED, State.STALLED, State.CANCELLED}),
    State.FETCHING: frozenset({State.SUCCEEDED, State.LOST}),
    # By a person with evidence, or by the engine answering after all.
    State.UNKNOWN: frozenset({State.RUNNING, State.FETCHING, State.FAILED}),
    State.STALLED: frozenset({State.RUNNING, State.FETCHING, State.FAILED}),
    State.LOST: frozenset({State.RUNNING, State.FETCHING, State.FAILED}),
    State.SUCCEEDED: frozenset(),
    # Only for an order that was taken for one that never arrived, and whose answer came after all:
    # of itself where a machine had concluded that, by a person where a person had.
    State.FAILED: frozenset({State.RUNNING}),
    State.CANCELLED: frozenset({State.FETCHING}),  # the engine finished it all the same
}

#: The machine will do something about these by itself; pages follow them live.
ACTIVE = (State.QUEUED, State.SUBMITTING, State.RUNNING, State.FETCHING)
#: A person has to settle these.
UNSETTLED = (State.UNKNOWN, State.STALLED, State.LOST)
#: Those that take up a place at the engine.
AT_THE_ENGINE = (State.SUBMITTING, State.RUNNING, State.STALLED)
#: The engine knows these by a handle.
WITH_HANDLE = (State.RUNNING, State.FETCHING, State.SUCCEEDED, State.STALLED)


class ImpossibleMove(Exception):
    """A programming error: the table has no such move."""
