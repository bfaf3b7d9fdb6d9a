"""What every engine must do, played with each engine's own recorded answers."""

from collections.abc import Callable, Mapping
from decimal import Decimal

import pytest

from jobs.engines.addresses import origin_of
from jobs.engines.base import EngineError, Order, Phase, Response, Sent, Sighting
from jobs.engines.reasons import REASONS
from tests.engines.contract_entries import ENTRIES
from tests.engines.recorded import Entry, Look, LookError, Refusal, reply

ORDER = Order(
    reference="8d7f",
    model="kling-avatar-v2-pro",
    image_url="https://studio.example/i.png",
    audio_url="https://studio.example/a.mp3",
    audio_seconds=Decimal("18.532"),
    prompt="a calm presenter",
)


def every_engine() -> pytest.MarkDecorator:
    return pytest.mark.parametrize("entry", ENTRIES.values(), ids=list(ENTRIES))


def every_recorded(table: Callable[[Entry], Mapping[str, object]]) -> pytest.MarkDecorator:
    rows = [
        pytest.param(entry, case, id=f"{name}: {title}")
        for name, entry in ENTRIES.items()
        for title, case in table(entry).items()
    ]
    return pytest.mark.parametrize(("entry", "case"), rows)


def refusal_of(entry: Entry, answer: Response) -> EngineError:
    with pytest.raises(EngineError) as caught:
        entry.engine.read_submit(answer)
    return caught.value


def seen(entry: Entry, answer: Response, then: Response | None = None) -> Sighting:
    """What a look shows; `then` answers the follow-up that the first answer asked for."""
    sighting = entry.engine.read_look(answer)
    assert (sighting.follow_up is not None) is (then is not None)
    return sighting.follow_up.read(then) if sighting.follow_up and then else sighting


def look_error_of(entry: Entry, answer: Response, after: Response | None = None) -> EngineError:
    with pytest.raises(EngineError) as caught:
        seen(entry, after or answer, answer if after else None)
    return caught.value


@every_recorded(lambda entry: entry.accepted)
def test_an_acceptance_gives_the_handle(entry: Entry, case: tuple[Response, str]) -> None:
    answer, handle = case
    accepted = entry.engine.read_submit(answer)
    assert accepted.handle == handle
    assert accepted.raw == answer.json()


@every_recorded(lambda entry: entry.refusals)
def test_each_answer_to_a_submit_proves_exactly_what_the_table_says(
    entry: Entry, case: Refusal
) -> None:
    error = refusal_of(entry, case.answer)
    assert (error.sent, error.code) == (case.sent, case.code)
    assert (error.permanent, error.pauses_engine) == (case.permanent, case.pauses)
    assert error.retry_after_seconds == case.retry_after
    assert error.message.endswith(".")
    assert error.detail
    if case.detail is not None:
        assert error.detail == case.detail


@every_engine()
@pytest.mark.parametrize("body", [b"", b"null", b"[]", b"{}", b"<html>", b"{", b'{"error":"x"}'])
def test_no_answer_of_an_unclear_kind_ever_allows_a_second_order(entry: Entry, body: bytes) -> None:
    for status in (*range(200, 207), *range(300, 309), 408, 425, *range(500, 530)):
        error = refusal_of(entry, reply(status, body))
        told = (status, error.sent, error.permanent, error.pauses_engine)
        assert told == (status, Sent.MAYBE, False, False)


@every_recorded(lambda entry: entry.looks)
def test_a_look_shows_phase_results_and_failure(entry: Entry, case: Look) -> None:
    sighting = seen(entry, case.answer, case.then)
    assert sighting.phase is case.phase
    assert sighting.result_urls == case.urls
    assert sighting.failure_code == case.failure_code
    assert sighting.failure_detail == case.failure_detail
    assert sighting.progress == case.progress
    assert sighting.may_be_billed is case.may_be_billed
    assert sighting.word
    assert sighting.raw == (case.then or case.answer).json()
    assert sighting.follow_up is None


@every_recorded(lambda entry: entry.looks)
def test_urls_come_only_with_success_and_reasons_only_with_failure(
    entry: Entry, case: Look
) -> None:
    sighting = seen(entry, case.answer, case.then)
    assert not sighting.result_urls or sighting.phase is Phase.SUCCEEDED
    failed = sighting.phase.is_terminal and sighting.phase is not Phase.SUCCEEDED
    assert bool(sighting.failure_code) is failed
    assert not failed or sighting.failure_code in REASONS
    assert not sighting.may_be_billed or failed


@every_recorded(lambda entry: {name: look for name, look in entry.looks.items() if look.then})
def test_a_follow_up_is_a_free_get_at_the_engine_and_ends_nothing_by_itself(
    entry: Entry, case: Look
) -> None:
    sighting = entry.engine.read_look(case.answer)
    assert not sighting.phase.is_terminal
    assert sighting.follow_up
    request = sighting.follow_up.request(entry.handle_1)
    assert (request.method, request.json) == ("GET", None)
    assert origin_of(request.url) == origin_of(entry.submit_url)
    assert entry.carries_key(request.headers["authorization"])


@every_recorded(lambda entry: entry.look_errors)
def test_a_look_that_shows_nothing_never_ends_the_job(entry: Entry, case: LookError) -> None:
    error = look_error_of(entry, case.answer, case.after)
    assert error.code == case.code
    assert error.pauses_engine is case.pauses
    assert error.retry_after_seconds == case.retry_after
    assert not error.permanent
    assert error.detail


@every_engine()
def test_the_submit_goes_to_the_documented_address_with_the_key(entry: Entry) -> None:
    request = entry.engine.submit_request(ORDER)
    assert (request.method, request.url) == ("POST", entry.submit_url)
    assert entry.carries_key(request.headers["authorization"])
    assert request.timeout_seconds >= 60


@every_engine()
def test_a_look_is_a_get_of_the_task_with_the_key(entry: Entry) -> None:
    request = entry.engine.look_request(entry.handle_1)
    assert (request.method, request.url, request.json) == ("GET", entry.look_url, None)
    assert entry.carries_key(request.headers["authorization"])


@every_engine()
def test_the_key_goes_with_downloads_from_the_engine_itself_only(entry: Entry) -> None:
    assert entry.engine.owns(entry.own_url)
    assert entry.carries_key(entry.engine.download_headers(entry.own_url)["authorization"])
    for url in entry.foreign_urls:
        assert not entry.engine.owns(url)
        assert dict(entry.engine.download_headers(url)) == {}


@every_engine()
def test_an_engine_that_quotes_the_key_does_not_get_it_into_our_rows(entry: Entry) -> None:
    assert entry.key.encode() in entry.quotes_key.body
    assert all(secret.encode() in entry.quotes_key.body for secret in entry.secrets)
    for error in (refusal_of(entry, entry.quotes_key), look_error_of(entry, entry.quotes_key)):
        shown = f"{error!r} {error} {error.message} {error.detail}"
        assert not entry.shows_a_secret(shown)
        assert "[key removed]" in error.detail


@every_engine()
def test_no_repr_shows_the_key(entry: Entry) -> None:
    request = entry.engine.submit_request(ORDER)
    look = entry.engine.look_request(entry.handle_1)
    assert not entry.shows_a_secret(f"{entry.engine!r} {entry.engine} {request!r} {look!r}")
    assert request.headers["authorization"] not in f"{request!r} {look!r}"


@every_engine()
def test_the_engine_names_its_models_and_limits(entry: Entry) -> None:
    capabilities = entry.engine.capabilities
    assert entry.engine.name
    assert ORDER.model in capabilities.models
    assert capabilities.limits.audio_max_seconds > capabilities.limits.audio_min_seconds
