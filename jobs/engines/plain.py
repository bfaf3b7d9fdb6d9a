"""What engines send, made fit to be kept: databases refuse some of what JSON allows.

PostgreSQL keeps no NUL character and no half of a surrogate pair; no database keeps NaN or infinity
in JSON; and SQLite reads nesting of a thousand levels only.
"""

import json
import math
import re

DEEPEST = 100
# Whether a body may hold any of it at all: nearly none does, and looks come by the thousand.
_ODD = re.compile(rb"\\u0000|\\u[dD][89a-fA-F]|[eE]\+?[0-9]{3}|NaN|Infinity|\xed[\xa0-\xbf]")


def read_json(body: bytes) -> object | None:
    """The body as JSON that can be kept, or None when it is not JSON."""
    try:
        parsed: object = json.loads(body, parse_constant=lambda _: None)
    except (ValueError, RecursionError):
        return None
    if _ODD.search(body) or body.count(b"[") + body.count(b"{") > DEEPEST:
        return _fit(parsed, DEEPEST)
    return parsed


def plain(text: str) -> str:
    """The text without what no database keeps."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def _fit(value: object, levels: int) -> object:
    if isinstance(value, str):
        return plain(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if levels <= 0:
        return None
    if isinstance(value, list):
        return [_fit(one, levels - 1) for one in value]
    if isinstance(value, dict):
        return {plain(name): _fit(one, levels - 1) for name, one in value.items()}
    return value
