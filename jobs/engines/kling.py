"""The `kling` engine: Kling's official avatar API (engines.md 2).

It keeps our job id as its `external_task_id`, so a lost answer is found again for nothing; it
takes both inputs inside the order; and it calls back where a webhook secret is set. It has no
cancel.
"""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from assets.limits import InputLimits
from jobs.engines import answers, credentials, kling_codes, kling_orders, standard_webhooks
from jobs.engines.abilities import NoCallbacks, NoCancel
from jobs.engines.base import (
    Accepted,
    Callback,
    Capabilities,
    NotFromTheEngine,
    Order,
    Phase,
    Request,
    Response,
    Sighting,
)
from jobs.engines.kling_auth import proof_of
from jobs.engines.reasons import REASONS, reason_for
from jobs.engines.task_path import TaskPath, acceptance_in
from jobs.engines.words import phase_of

#: For the whole world; accounts of mainland China use https://api-beijing.klingai.com.
DEFAULT_BASE_URL = "https://api-singapore.klingai.com"

_PATH = "/v1/videos/avatar/image2video"


class Kling(NoCancel, NoCallbacks):
    """One Kling account. Its repr, errors and raw answers never hold a key or a token."""

    def __init__(
        self,
        *,
        base_url: str,
        limits: InputLimits,
        models: Iterable[str],
        key: str = "",
        access_key: str = "",
        secret_key: str = "",
        webhook_secret: str = "",
        name: str = "kling",
        is_local: bool = False,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Either `key`, or `access_key` and `secret_key`. `clock` gives seconds since 1970.

        Raises ValueError, without showing a key, for what cannot be used.
        """
        self.name = name
        self._tasks = TaskPath(base_url, _PATH)
        self._proof = proof_of(key=key, access_key=access_key, secret_key=secret_key)
        self._webhook_key = standard_webhooks.key_of(webhook_secret) if webhook_secret else b""
        self._secrets = (*self._proof.secrets, webhook_secret.strip())
        self._clock = clock
        self.capabilities = Capabilities(
            models=_known(models),
            limits=_within(limits),
            can_look_up=True,
            takes_inline=True,
            sends_callbacks=bool(self._webhook_key),  # an unsigned callback proves nothing
            is_local=is_local,
        )

    def __repr__(self) -> str:
        return f"Kling(name={self.name!r}, base_url={self._tasks.base_url!r})"

    def submit_request(self, order: Order) -> Request:
        """POST of the documented fields. EngineError for a model that Kling does not have."""
        fields = kling_orders.fields_of(order)
        if order.callback_url and self.capabilities.sends_callbacks:
            fields["callback_url"] = order.callback_url
        return self._tasks.order(fields, self._headers(), order.timeout_seconds)

    def read_submit(self, response: Response) -> Accepted:
        """A 2xx answer with a handle is an acceptance, whatever else it says."""
        response = self._without_secrets(response)
        if accepted := acceptance_in(response):
            return accepted
        raise kling_codes.submit_error(self._answer(response))

    def look_request(self, handle: str) -> Request:
        """GET of one task by Kling's id."""
        return self._tasks.look(handle, self._headers())

    def read_look(self, response: Response) -> Sighting:
        """The task in Kling's envelope is a sighting; everything else is an EngineError.

        What Kling deducted (`final_unit_deduction`, `final_balance_deduction`) stays in `raw`.
        """
        task = _task(response)
        word = answers.status_word(task)
        clean = self._without_secrets(response)
        if not word:
            raise kling_codes.look_error(self._answer(clean))
        phase = phase_of(word)
        sighting = Sighting(phase=phase, word=word, raw=answers.mapping(clean.json()))
        if phase is Phase.SUCCEEDED:
            return replace(sighting, result_urls=answers.result_urls(task))
        return _failed(sighting, _task(clean) or {}) if phase.is_terminal else sighting

    def look_up_request(self, reference: str) -> Request:
        """GET of one task by our own id. ValueError for what cannot be one: a blank id would
        list the account's tasks, and the first of them would pass for ours."""
        return self.look_request(credentials.clean_id(reference))

    def read_look_up(self, response: Response) -> Accepted | None:
        """The task; None only where Kling says in its own words that there is none."""
        response = self._without_secrets(response)
        if handle := answers.handle(_task(response)):
            return Accepted(handle=handle, raw=answers.mapping(response.json()))
        answer = self._answer(response)
        if kling_codes.says_no_such_task(answer):
            return None
        raise kling_codes.look_error(answer)

    def download_headers(self, url: str) -> Mapping[str, str]:
        """The key for Kling's own address only; results lie on other hosts."""
        return {"authorization": self._headers()["authorization"]} if self.owns(url) else {}

    def owns(self, url: str) -> bool:
        """True for the API's own scheme, host and port."""
        return self._tasks.owns(url)

    def read_handle(self, text: str) -> str:
        """An id as Kling lists it: one word, which becomes one part of the path."""
        return credentials.clean_id(text)

    def read_callback(
        self, headers: Mapping[str, str], body: bytes, *, keys: bytes = b""
    ) -> Callback:
        """A callback signed with the webhook secret, of the older form (`task_id`) or the newer
        (`id`). Kling's form of one decides nothing: the task is read again."""
        if not self._webhook_key:
            raise NotFromTheEngine("No webhook secret is set, so no callback can be verified.")
        event_id = standard_webhooks.verified_id(
            headers, body, key=self._webhook_key, now=self._clock()
        )
        told = answers.mapping(Response(status=200, body=body).json())
        handle = answers.handle(told)
        if not handle:
            raise NotFromTheEngine("The callback names no task.")
        reference = answers.mapping(told.get("task_info")).get("external_task_id")
        return Callback(event_id=event_id, handle=handle, reference=str(reference or ""))

    def _headers(self) -> dict[str, str]:
        token = self._proof.token(self._clock())
        return {"authorization": f"Bearer {token}", "accept": "application/json"}

    def _answer(self, response: Response) -> kling_codes.Answer:
        return kling_codes.Answer(response, self._proof.is_minted, self._clock())

    def _without_secrets(self, response: Response) -> Response:
        """The answer without keys and without tokens, which nobody keeps a list of."""
        struck = credentials.struck_out(response, *self._secrets)
        return credentials.tokens_struck_out(struck)


def _known(models: Iterable[str]) -> tuple[str, ...]:
    chosen = tuple(models)
    if unknown := [model for model in chosen if model not in kling_orders.MODES]:
        raise ValueError(f"Kling has no model called {', '.join(unknown)}.")
    return chosen


def _within(limits: InputLimits) -> InputLimits:
    longest = min(limits.prompt_max_characters, kling_orders.PROMPT_MAX_CHARACTERS)
    return replace(limits, prompt_max_characters=longest)


def _task(response: Response) -> Mapping[str, object] | None:
    """The one task in an answer that went well. A list of tasks is no answer about one of them."""
    answer = response.json() if response.status == 200 else None
    if not isinstance(answer, Mapping) or not answers.envelope_is_fine(answer):
        return None
    task = answer.get("data")
    return task if isinstance(task, Mapping) else None


def _failed(sighting: Sighting, task: Mapping[str, object]) -> Sighting:
    text = answers.failure_text(task)
    reason = reason_for(answers.failure_codes(task), text) or REASONS["engine_failed"]
    return replace(
        sighting,
        failure_code=reason.code,
        failure_detail=text,
        may_be_billed=kling_orders.was_deducted(task),
    )
