"""The `fal` engine: Kling Avatar v2 behind fal.ai's queue (engines.md 3).

A request is queued, asked about at one address and read at another: COMPLETED says only that it is
over, and may stand above an error. So a look at a completed task has a follow-up, which reads the
result. fal keeps no id of ours, so a lost answer to a submit stays for a person to settle.
"""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import partial
from urllib.parse import quote

from assets.limits import STRICT, InputLimits
from jobs.engines import answers, credentials, fal_failures, fal_results, fal_signature, verdicts
from jobs.engines.abilities import NoLookUp
from jobs.engines.addresses import origin_of
from jobs.engines.base import (
    Accepted,
    Callback,
    CancelAnswer,
    Capabilities,
    EngineError,
    FollowUp,
    Order,
    Phase,
    Request,
    Response,
    Sent,
    Sighting,
)
from jobs.engines.fal_addresses import Addresses, ForeignAddress
from jobs.engines.fal_failures import Told
from jobs.engines.words import phase_of

QUEUE_URL = "https://queue.fal.run"
JWKS_URL = "https://rest.fal.ai/.well-known/jwks.json"
LOOK_TIMEOUT_SECONDS = 20.0
ENDPOINTS: Mapping[str, str] = {
    "kling-avatar-v2-standard": "fal-ai/kling-video/ai-avatar/v2/standard",
    "kling-avatar-v2-pro": "fal-ai/kling-video/ai-avatar/v2/pro",
}
#: What fal's model page accepts and the studio can host; GIF and AVIF are never looks here.
LIMITS = replace(
    STRICT,
    image_types=STRICT.image_types | {"image/webp"},
    audio_types=STRICT.audio_types | {"audio/ogg"},
)

_CANCEL_STATUSES: Mapping[int, CancelAnswer] = {
    200: CancelAnswer.ACCEPTED,
    202: CancelAnswer.ACCEPTED,
    400: CancelAnswer.TOO_LATE,
    404: CancelAnswer.UNKNOWN_TASK,
}
_CANCEL_WORDS: Mapping[str, CancelAnswer] = {
    "ALREADY_COMPLETED": CancelAnswer.TOO_LATE,
    "NOT_FOUND": CancelAnswer.UNKNOWN_TASK,
}
_BLANK_PROMPT = "."  # fal's documented default
_FOREIGN = (
    "The engine took the order but names an address at another host for it, where the studio does "
    "not send its key. It may have been charged: check at the engine, then settle the job."
)


class Fal(NoLookUp):
    """One fal account. Its repr, errors and raw answers never hold the key."""

    def __init__(
        self,
        *,
        key: str,
        limits: InputLimits,
        models: Iterable[str],
        base_url: str = QUEUE_URL,
        jwks_url: str = "",
        name: str = "fal",
        is_local: bool = False,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """base_url: the queue's address. jwks_url: where the keys of callbacks are published;
        unless given, fal's own for fal's own queue, else that path at the stand-in's address.

        Raises ValueError, without showing the key, for an address, a key or a model that cannot
        be used.
        """
        self.name = name
        self._base_url = credentials.clean_base_url(base_url)
        self._addresses = Addresses(self._base_url)
        self._jwks_url = jwks_url or self._usual_jwks_url()
        self._key = credentials.clean_key(key)
        self._clock = clock
        offered = tuple(models)
        if unknown := set(offered) - set(ENDPOINTS):
            raise ValueError(f"fal has no endpoint for the model {', '.join(sorted(unknown))}.")
        self.capabilities = Capabilities(
            models=offered,
            limits=limits,
            can_cancel=True,
            sends_callbacks=True,
            is_local=is_local,
        )

    def __repr__(self) -> str:
        return f"Fal(name={self.name!r}, base_url={self._base_url!r})"

    def submit_request(self, order: Order) -> Request:
        """POST of the three fields to the model's endpoint.

        `X-Fal-No-Retry` is left out on purpose. fal repeats only runs that ended in 503, 504 or a
        broken connection, which it does not bill, within one request that is billed once: the
        repetition costs nothing and saves the person a failed job.
        """
        url = f"{self._base_url}/{ENDPOINTS[order.model]}"
        if order.callback_url:
            url += f"?fal_webhook={quote(order.callback_url, safe='')}"
        return Request(
            method="POST",
            url=url,
            headers=self._headers() | {"content-type": "application/json"},
            json={
                "image_url": order.image_url,
                "audio_url": order.audio_url,
                "prompt": order.prompt if order.prompt.strip() else _BLANK_PROMPT,
            },
            timeout_seconds=order.timeout_seconds,
        )

    def read_submit(self, response: Response) -> Accepted:
        """A 2xx answer with own addresses or a request id is an acceptance."""
        response = self._without_key(response)
        if 200 <= response.status <= 299:
            answer = _mapping(response)
            try:
                task = self._addresses.of_answer(answer)
            except ForeignAddress as foreign:
                detail = f"request {answer.get('request_id')}: {foreign}"
                raise _maybe("foreign_address", _FOREIGN, detail) from None
            if task is not None:
                return Accepted(handle=task.handle, raw=answer)
        raise self._refusal(response)

    def look_request(self, handle: str) -> Request:
        """GET of the status; without `logs=1` it comes without the runner's log."""
        return self._get(self._addresses.of_handle(handle).status)

    def read_look(self, response: Response) -> Sighting:
        """A 200 or 202 answer with a status word is a sighting; COMPLETED has a follow-up."""
        response = self._without_key(response)
        answer = _mapping(response) if response.status in (200, 202) else {}
        word = answers.status_word(answer)
        if not word:
            raise verdicts.look_error(response)
        phase, told = phase_of(word), fal_failures.told_by(answer)
        if phase is Phase.SUCCEEDED:
            follow_up = FollowUp(
                request=self._result_request, read=partial(self._read_result, told=told)
            )
            return Sighting(phase=Phase.RUNNING, word=word, raw=answer, follow_up=follow_up)
        if phase.is_terminal:
            return fal_results.failed(response, answer, told, word)
        return Sighting(phase=phase, word=word, raw=answer)

    def _result_request(self, handle: str) -> Request:
        return self._get(self._addresses.of_handle(handle).response)

    def _read_result(self, response: Response, *, told: Told) -> Sighting:
        # The URLs are read before the key is struck out, so that none is broken.
        urls = answers.result_urls(response.json()) if response.status == 200 else ()
        return fal_results.outcome(self._without_key(response), urls, told)

    def download_headers(self, url: str) -> Mapping[str, str]:
        """Results are public files of another host, which never gets the key."""
        return {"authorization": f"Key {self._key}"} if self.owns(url) else {}

    def owns(self, url: str) -> bool:
        """True for the queue's own scheme, host and port."""
        return self._addresses.owns(url)

    def read_handle(self, text: str) -> str:
        """A request id as fal lists it, or the request's address at the queue."""
        return self._addresses.read(text)

    def cancel_request(self, handle: str) -> Request:
        """PUT to the request's cancel address."""
        url = self._addresses.of_handle(handle).cancel
        return replace(self._get(url), method="PUT")

    def read_cancel(self, response: Response) -> CancelAnswer:
        """2xx: taken out of the queue, or the runner was told. 400: finished. 404: not known."""
        response = self._without_key(response)
        word = answers.status_word(_mapping(response)).strip().upper()
        if word in _CANCEL_WORDS and response.status < 500:
            return _CANCEL_WORDS[word]
        if response.is_html or response.status not in _CANCEL_STATUSES:
            raise verdicts.look_error(response)
        return _CANCEL_STATUSES[response.status]

    def callback_keys_request(self) -> Request:
        """GET of the public keys, without our own."""
        headers = {"accept": "application/json"}
        return Request(
            method="GET", url=self._jwks_url, headers=headers, timeout_seconds=LOOK_TIMEOUT_SECONDS
        )

    def read_callback(
        self, headers: Mapping[str, str], body: bytes, *, keys: bytes = b""
    ) -> Callback:
        """`{request_id, status: OK|ERROR, …}`, repeated until it is answered with 2xx."""
        request_id, status = fal_signature.read(headers, body, keys, now=self._clock())
        handle = self._addresses.of_id(request_id).handle
        return Callback(event_id=f"{request_id} {status}", handle=handle)

    def is_about(self, callback: Callback, handle: str) -> bool:
        """By the request id: a callback names nothing else, and the stored addresses around it
        may be of another pattern."""
        return self._addresses.id_of(callback.handle) == self._addresses.id_of(handle)

    def _usual_jwks_url(self) -> str:
        is_fal = origin_of(self._base_url) == origin_of(QUEUE_URL)
        return JWKS_URL if is_fal else f"{self._base_url}/.well-known/jwks.json"

    def _refusal(self, response: Response) -> EngineError:
        """The verdict on an answer to a submit without a request."""
        if response.status >= 500:
            detail = verdicts.detail_of(response, response.json())
            return _maybe("engine_down", verdicts.MAYBE_BOUGHT, detail)
        error = verdicts.submit_error(response)
        if error.sent is Sent.NO and fal_failures.is_retryable(response.headers):
            error.permanent = False
        return error

    def _get(self, url: str) -> Request:
        return Request(
            method="GET", url=url, headers=self._headers(), timeout_seconds=LOOK_TIMEOUT_SECONDS
        )

    def _headers(self) -> dict[str, str]:
        return {"authorization": f"Key {self._key}", "accept": "application/json"}

    def _without_key(self, response: Response) -> Response:
        """The answer with the key struck out. A fal key is `id:secret`, and the secret counts."""
        return credentials.struck_out(response, self._key, self._key.rpartition(":")[2])


def _maybe(code: str, message: str, detail: str) -> EngineError:
    return EngineError(code=code, message=message, detail=detail, sent=Sent.MAYBE)


def _mapping(response: Response) -> Mapping[str, object]:
    answer = response.json()
    return answer if isinstance(answer, Mapping) else {}
