"""How often a guest's door is tried: counted per link and address, before anything is compared.

The counts lie in the cache that all web processes share (`CACHES["shared"]`), so that a second
process is no second chance.
"""

from __future__ import annotations

import hashlib
import ipaddress
from contextlib import suppress

from django.core.cache import caches
from django.http import HttpRequest

from studio.organisations.guessing import client_address
from studio.reviews.models import ReviewLink

WINDOW_SECONDS = 15 * 60
#: Of an IPv6 address: what one customer is given to number devices in (RFC 6177, RFC 4291 2.5.1).
IPV6_BITS = 64
#: Wrong passphrases that one address may offer to one link within the window.
GUESSES = 5
#: The same from all addresses together: somebody with many of them is slowed as well.
GUESSES_FROM_EVERYWHERE = 100
#: People who may come in by one link from one address: a whole office, but no machine.
ENTRIES = 30
#: Comments and decisions of one guest.
WORDS = 60


def may_guess(request: HttpRequest, link: ReviewLink) -> bool:
    """Whether one more passphrase is looked at; counts it."""
    if _count(f"guess:{link.pk}:{_address(request)}") > GUESSES:
        return False  # not looked at, so not everybody's either: one alone shuts out nobody else
    return _count(f"guess:{link.pk}") <= GUESSES_FROM_EVERYWHERE


def guessed_right(request: HttpRequest, link: ReviewLink) -> None:
    """Forget the wrong ones of this address: the next guest of the same office starts anew.

    The right one counts for nobody: many guests may be asked in at the same hour.
    """
    shared = caches["shared"]
    shared.delete(f"guess:{link.pk}:{_address(request)}")
    with suppress(ValueError):  # it ran out meanwhile
        shared.decr(f"guess:{link.pk}")


def may_enter(request: HttpRequest, link: ReviewLink) -> bool:
    """Whether one more guest comes in from this address; counts it."""
    return _count(f"enter:{link.pk}:{_address(request)}") <= ENTRIES


def may_speak(guest_id: object) -> bool:
    """Whether this guest may say one more thing; counts it."""
    return _count(f"words:{guest_id}") <= WORDS


def _count(key: str) -> int:
    # Adding and counting are single steps of the cache: two at the same time are two.
    shared = caches["shared"]
    shared.add(key, 0, WINDOW_SECONDS)
    try:
        return shared.incr(key)
    except ValueError:  # it ran out between the two steps
        shared.set(key, 1, WINDOW_SECONDS)
        return 1


def _address(request: HttpRequest) -> str:
    # What a proxy passes on may hold anything; a key of the cache may not.
    return hashlib.sha256(_network(client_address(request)).encode()).hexdigest()[:32]


def _network(address: str) -> str:
    """Whom an address belongs to: itself, or of IPv6 the 64 bits that one customer is given.

    Whoever has those has as many addresses as they like. What is no address stays as it is.
    """
    try:
        found = ipaddress.ip_address(address.strip("[]").partition("%")[0])
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    if found.ipv4_mapped:
        return str(found.ipv4_mapped)
    return str(ipaddress.IPv6Network((int(found), IPV6_BITS), strict=False))
