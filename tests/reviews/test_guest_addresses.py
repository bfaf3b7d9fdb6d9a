"""From where a guest's door is tried: one customer's network counts once, however it is written."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from jobs.models import Version
from studio.organisations.models import User
from studio.reviews.guest_guessing import GUESSES
from tests.reviews.guests import PASSPHRASE, come_in, make_link

ONE_OF_64 = [f"2001:db8:0:7::{n:x}" for n in range(1, GUESSES + 1)]


def tries(token: str, addresses: list[str]) -> list[int]:
    """What the door answers to a wrong passphrase from each address in turn."""
    return [
        come_in(token, client=Client(REMOTE_ADDR=one), passphrase="wrong").status_code
        for one in addresses
    ]


@pytest.mark.parametrize(
    ("again", "status"),
    [
        ("2001:db8:0:7:ffff:ffff:ffff:ffff", 429),
        ("2001:DB8:0000:0007::99%eth0", 429),
        ("2001:db8:0:8::1", 422),
        ("203.0.113.7", 422),
    ],
)
def test_an_ipv6_network_of_64_bits_is_one_address(
    version: Version, approver: User, again: str, status: int
) -> None:
    _, token = make_link(version, approver, passphrase=PASSPHRASE)
    assert tries(token, [*ONE_OF_64, again]) == [422] * GUESSES + [status]


@pytest.mark.parametrize("again", ["203.0.113.7", "::ffff:203.0.113.7", "[::ffff:cb00:7107]"])
def test_an_ipv4_address_is_itself_also_where_it_is_written_as_ipv6(
    version: Version, approver: User, again: str
) -> None:
    _, token = make_link(version, approver, passphrase=PASSPHRASE)
    assert tries(token, ["203.0.113.7"] * GUESSES + [again, "203.0.113.8"])[-2:] == [429, 422]


def test_what_is_no_address_is_counted_as_it_stands(
    version: Version, approver: User, settings: Any
) -> None:
    settings.BEHIND_PROXY = True
    _, token = make_link(version, approver, passphrase=PASSPHRASE)
    for number in range(GUESSES + 1):
        browser = Client(headers={"X-Forwarded-For": "unknown, _hidden\x7f"})
        answer = come_in(token, client=browser, passphrase="wrong")
        assert answer.status_code == (429 if number == GUESSES else 422)
