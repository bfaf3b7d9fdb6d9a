"""The `gateway` engine: Kling Avatar v2 behind `/v1/video/generations` (engines.md 0 and 1).

Also speaks to the sandbox engine, which offers the same API on this machine. No idempotency key,
no cancel and no look-up by our own id exist here, so an ambiguous submit stays ambiguous.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from assets.limits import InputLimits
from jobs.engines import answers, credentials, reasons, verdicts
from jobs.engines.abilities import NoCallbacks, NoCancel, NoLookUp
from jobs.engines.base import (
    Accepted,
    Capabilities,
    EngineError,
    Order,
    Phase,
    Request,
    Response,
    Sighting,
)
from jobs.engines.task_path import TaskPath, acceptance_in
from jobs.engines.words import phase_of

_PATH = "/v1/video/generations"
_BLANK_PROMPT = "."  # the gateway's validator refuses a blank prompt although it calls it optional


class Gateway(NoCancel, NoLookUp, NoCallbacks):
    """One gateway account. Its repr, errors and raw answers never hold the key."""

    def __init__(
        self,
        *,
        base_url: str,
        key: str,
        limits: InputLimits,
        models: Iterable[str],
        is_local: bool,
        name: str = "gateway",
    ) -> None:
        """base_url: scheme and host, with or without a trailing slash or /v1.

        Raises ValueError, without showing the key, for an address or a key that cannot be used.
        """
        self.name = name
        self._tasks = TaskPath(base_url, _PATH)
        self._key = credentials.clean_key(key)
        self.capabilities = Capabilities(models=tuple(models), limits=limits, is_local=is_local)

    def __repr__(self) -> str:
        return f"Gateway(name={self.name!r}, base_url={self._tasks.base_url!r})"

    def submit_request(self, order: Order) -> Request:
        """POST of the five documented fields; the length is a JSON number, fractions allowed."""
        seconds = order.audio_seconds
        whole = seconds == seconds.to_integral_value()
        fields = {
            "model": order.model,
            "image_url": order.image_url,
            "audio_url": order.audio_url,
            "audio_duration_seconds": int(seconds) if whole else float(seconds),
            "prompt": order.prompt if order.prompt.strip() else _BLANK_PROMPT,
        }
        return self._tasks.order(fields, self._headers(), order.timeout_seconds)

    def read_submit(self, response: Response) -> Accepted:
        """A 2xx answer with a handle is an acceptance, whatever else it says."""
        response = self._without_key(response)
        if accepted := acceptance_in(response):
            return accepted
        raise verdicts.submit_error(response)

    def look_request(self, handle: str) -> Request:
        """GET of one task."""
        return self._tasks.look(handle, self._headers())

    def read_look(self, response: Response) -> Sighting:
        """A 200 answer with a status word is a sighting; everything else is an EngineError."""
        answer = response.json() if response.status == 200 else None
        word = answers.status_word(answer)
        if not word:
            raise self._look_error(response)
        phase = phase_of(word)
        raw = answers.mapping(self._without_key(response).json())
        sighting = Sighting(phase=phase, progress=answers.progress(answer), word=word, raw=raw)
        if phase is Phase.SUCCEEDED:
            return replace(sighting, result_urls=answers.result_urls(answer))
        if not phase.is_terminal:
            return sighting
        codes, text = answers.failure_codes(raw), answers.failure_text(raw)
        reason = reasons.reason_for(codes, text) or reasons.REASONS["engine_failed"]
        return replace(sighting, failure_code=reason.code, failure_detail=text)

    def download_headers(self, url: str) -> Mapping[str, str]:
        """The key for the gateway's own `/content` and `/media` URLs, nothing for anyone else."""
        return {"authorization": f"Bearer {self._key}"} if self.owns(url) else {}

    def owns(self, url: str) -> bool:
        """True for the gateway's own scheme, host and port."""
        return self._tasks.owns(url)

    def read_handle(self, text: str) -> str:
        """An id as the gateway lists it: one word, which becomes one part of the path."""
        return credentials.clean_id(text)

    def _headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self._key}", "accept": "application/json"}

    def _look_error(self, response: Response) -> EngineError:
        return verdicts.look_error(self._without_key(response))

    def _without_key(self, response: Response) -> Response:
        """The answer with the key struck out: engines quote it in "incorrect key" messages."""
        return credentials.struck_out(response, self._key, self._key.removeprefix("sk-"))
