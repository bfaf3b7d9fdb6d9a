"""Every engine that must pass the contract suite. Adding an engine is adding one entry here."""

from tests.engines.recorded import Entry
from tests.engines.recorded_gateway import GATEWAY

ENTRIES: dict[str, Entry] = {
    "gateway": GATEWAY,
}
