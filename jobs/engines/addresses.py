"""The address guard: which URLs the studio may fetch, and at which IP addresses.

A result URL is chosen by somebody else. Without a guard it could name a database on our own
network or a cloud's metadata service. The guard resolves the name once, keeps only public
addresses, and hands those out; `http` connects to exactly these, so a name that changes its
answer between check and connection (DNS rebinding) gains nothing.
"""

import re
import socket
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import SplitResult, urlsplit

_DEFAULT_PORTS = {"http": 80, "https": 443}
_LOCAL_NAMES = ("localhost", ".localhost", ".local")
_NAT64 = IPv6Network("64:ff9b::/96")

type IPAddress = IPv4Address | IPv6Address


class AddressProblem(Exception):
    """A URL that the studio does not fetch. `code` is a stable id, `sentence` is for people.

    Codes: not_a_url, login_in_url, local_name, private_address, unresolvable. Only the last one
    may pass by itself.
    """

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence

    @property
    def permanent(self) -> bool:
        """False when asking again later can help."""
        return self.code != "unresolvable"


@dataclass(frozen=True, slots=True)
class CheckedAddress:
    """A URL's destination after the check. `addresses` are the only IPs to connect to, in order."""

    scheme: str
    host: str
    port: int
    addresses: tuple[str, ...]

    @property
    def host_header(self) -> str:
        """The value of the Host header, with the port only where it is not the default."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"


def origin_of(url: str) -> str | None:
    """`scheme://host:port` in lower case with the port always written, or None for no http(s) URL.

    Two URLs have the same origin exactly when these are equal.
    """
    parts = _split(url)
    if parts is None or parts.username is not None or parts.password is not None:
        return None
    return f"{parts.scheme}://{_host(parts)}:{_port(parts)}"


def check_url(url: str, *, allow_origin: str | None = None) -> CheckedAddress:
    """Resolve a URL to the public addresses it may be fetched from.

    allow_origin: a URL whose exact origin is exempt from the check for public addresses (the
    engine's own, which may stand on this machine). Raises AddressProblem.
    """
    parts = _split(url)
    if parts is None:
        raise AddressProblem("not_a_url", "This is not an absolute http or https address.")
    if parts.username is not None or parts.password is not None:
        raise AddressProblem("login_in_url", "An address with a login in it is not fetched.")
    exempt = allow_origin is not None and origin_of(allow_origin) == origin_of(url)
    host, port = _host(parts), _port(parts)
    if not exempt and is_local_name(host):
        raise AddressProblem(
            "local_name", f"{host} is a name for this machine or its local network."
        )
    found = resolve(host, port)
    usable = found if exempt else tuple(each for each in found if is_public(ip_address(each)))
    if not usable:
        raise AddressProblem(
            "private_address", f"{host} leads to a private address, not to the public Internet."
        )
    return CheckedAddress(scheme=parts.scheme, host=host, port=port, addresses=usable)


def resolve(host: str, port: int) -> tuple[str, ...]:
    """The IP addresses of a host, without repeats; AddressProblem when the name has none."""
    try:
        rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise AddressProblem(
            "unresolvable", f"The name {host} was not found. Check its spelling and DNS entry."
        ) from error
    return tuple(dict.fromkeys(str(row[4][0]) for row in rows))


def is_local_name(host: str) -> bool:
    """True for names that by convention never leave this machine or its local network."""
    return host == _LOCAL_NAMES[0] or host.endswith(_LOCAL_NAMES[1:])


def is_this_machine(url: str) -> bool:
    """True when the URL's host is written as this machine itself; nothing is resolved."""
    parts = _split(url)
    host = _host(parts) if parts else ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == _LOCAL_NAMES[0]


def is_public(address: IPAddress) -> bool:
    """True only for addresses of the public Internet, also when wrapped in an IPv6 form.

    IPv4-mapped, 6to4 and NAT64 addresses are judged by the IPv4 address inside them.
    """
    if isinstance(address, IPv6Address):
        inner = _inner(address)
        if inner is not None:
            return is_public(inner)
        if address.is_site_local:
            return False
    return address.is_global and not (
        address.is_multicast or address.is_reserved or address.is_unspecified
    )


def _inner(address: IPv6Address) -> IPv4Address | None:
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address.sixtofour


def _split(url: str) -> SplitResult | None:
    """The parts of a plain http(s) URL; None for anything that parsers might read differently."""
    if re.search(r"[\s\\\x00-\x1f\x7f]", url):
        return None
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in _DEFAULT_PORTS or not parts.hostname or port == 0:
        return None
    return parts


def _host(parts: SplitResult) -> str:
    host = (parts.hostname or "").rstrip(".").lower()
    try:
        return host if host.isascii() else host.encode("idna").decode("ascii")
    except UnicodeError:
        return host


def _port(parts: SplitResult) -> int:
    return parts.port or _DEFAULT_PORTS[parts.scheme]
