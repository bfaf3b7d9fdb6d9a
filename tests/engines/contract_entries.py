"""Every engine that must pass the contract suite. Adding an engine is adding one entry here."""

from tests.engines.recorded import Entry
from tests.engines.recorded_fal import FAL
from tests.engines.recorded_gateway import GATEWAY
from tests.engines.recorded_kling import KLING, KLING_PAIR

ENTRIES: dict[str, Entry] = {
    "gateway": GATEWAY,
    "fal": FAL,
    "kling": KLING,
    "kling with a pair of keys": KLING_PAIR,
}
