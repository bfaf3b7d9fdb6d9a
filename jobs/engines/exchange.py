"""One HTTP request and its answer, as plain values: engines make the one and read the other."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from jobs.engines.plain import read_json


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One HTTP request, ready to send.

    The headers carry the key and the body may carry whole files, so both stay out of the repr.
    """

    method: str
    url: str
    headers: Mapping[str, str] = field(repr=False)
    json: Mapping[str, object] | None = field(default=None, repr=False)
    timeout_seconds: float = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """One complete HTTP answer. Header names are in lower case."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = field(default=b"", repr=False)

    def json(self) -> object | None:
        """The body as JSON, or None when it is not JSON (or is the JSON word null)."""
        return read_json(self.body)

    @property
    def is_html(self) -> bool:
        """True for a web page, which is a proxy or a wrong address talking, not the engine."""
        declared = self.headers.get("content-type", "").lower()
        return declared.startswith("text/html") or self.body.lstrip()[:1] == b"<"
