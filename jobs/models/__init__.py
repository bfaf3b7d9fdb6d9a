"""The machine's rows: avatar jobs, what happened to them, their videos and their money."""

from jobs.models.account import AccountEvent, EngineAccount, EngineChoice
from jobs.models.animatic import Animatic, Drawing, fingerprint_of
from jobs.models.callback import ReceivedCallback
from jobs.models.event import JobEvent
from jobs.models.footage import Footage
from jobs.models.heartbeat import Heartbeat
from jobs.models.job import NEVER_ARRIVED, NO_PROBLEM, TAKEN_AFTER_ALL, AvatarJob, Problem
from jobs.models.ledger import EntryKind, LedgerEntry, Money
from jobs.models.moving import advance_many
from jobs.models.priority import Priority
from jobs.models.state import MOVES, ImpossibleMove, State
from jobs.models.version import Version

__all__ = [
    "MOVES",
    "NEVER_ARRIVED",
    "NO_PROBLEM",
    "TAKEN_AFTER_ALL",
    "AccountEvent",
    "Animatic",
    "AvatarJob",
    "Drawing",
    "EngineAccount",
    "EngineChoice",
    "EntryKind",
    "Footage",
    "Heartbeat",
    "ImpossibleMove",
    "JobEvent",
    "LedgerEntry",
    "Money",
    "Priority",
    "Problem",
    "ReceivedCallback",
    "State",
    "Version",
    "advance_many",
    "fingerprint_of",
]
