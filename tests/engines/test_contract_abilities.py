"""What every engine must do with its optional abilities, and what it does where it has none."""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from urllib.parse import quote

import pytest

from jobs.engines.addresses import origin_of
from jobs.engines.base import (
    CancelAnswer,
    EngineError,
    Inline,
    NotFromTheEngine,
    Request,
    Response,
    Sent,
)
from tests.engines.contract_entries import ENTRIES
from tests.engines.recorded import Call, Entry, LookError, reply
from tests.engines.test_contract import ORDER, every_engine, every_recorded

INLINE = Inline(image=b"\xff\xd8\xff picture", audio=b"ID3 \x00 sound")
CALLBACK_URL = "https://studio.example/callbacks/kling/8d7f/"

OFF_THE_ENGINE = (
    "https://evil.example/x",
    "HTTPS://evil.example/x",
    "http://169.254.169.254/latest/meta-data/",
    "//evil.example/x",
    "\\\\evil.example\\x",
    "../../admin?x=1#y",
    "task_1/../../admin",
    "https://evil.example@api.example.com/",
    "https://api.example.com.evil.example/v1/x",
    "..",
    ".",
)
NO_ID_AT_ALL = ("", "   ", "two words", "line\nbreak", "tâche", "t" * 10_000, "\x00")

unclear_answers = pytest.mark.parametrize(
    "body", [b"", b"null", b"[]", b"{}", b"<html>", b"{", b'{"error":"x"}', b'{"data":[]}']
)


def with_ability(name: str) -> pytest.MarkDecorator:
    having = {key: e for key, e in ENTRIES.items() if getattr(e.engine.capabilities, name)}
    return pytest.mark.parametrize("entry", having.values(), ids=list(having))


def without_ability(name: str) -> pytest.MarkDecorator:
    lacking = {key: e for key, e in ENTRIES.items() if not getattr(e.engine.capabilities, name)}
    return pytest.mark.parametrize("entry", lacking.values(), ids=list(lacking))


def stays_on_the_engine(entry: Entry, request: Request) -> bool:
    return origin_of(request.url) == origin_of(entry.submit_url)


def written(request: Request) -> str:
    return json.dumps([request.url, request.json])


@every_engine()
def test_an_ability_is_on_exactly_where_its_answers_are_recorded(entry: Entry) -> None:
    able = entry.engine.capabilities
    assert able.can_cancel is bool(entry.cancels and entry.cancel_errors and entry.cancel_call[1])
    assert able.can_look_up is bool(entry.look_ups and entry.look_up_errors and entry.look_up_url)
    assert able.takes_inline is (entry.inline is not None)
    assert able.sends_callbacks is bool(entry.callbacks and entry.forgeries)


@every_engine()
def test_what_a_person_copies_from_the_engines_list_becomes_the_handle(entry: Entry) -> None:
    assert entry.handle_1 in entry.typed.values()
    for typed, handle in entry.typed.items():
        assert entry.engine.read_handle(typed) == handle


@every_engine()
@pytest.mark.parametrize("typed", [*OFF_THE_ENGINE, *NO_ID_AT_ALL])
def test_a_typed_handle_that_is_none_is_refused_with_a_sentence(entry: Entry, typed: str) -> None:
    with pytest.raises(ValueError, match=r"\.$") as caught:
        entry.engine.read_handle(typed)
    assert not entry.shows_a_secret(str(caught.value))


@every_engine()
@pytest.mark.parametrize("handle", OFF_THE_ENGINE)
def test_no_stored_handle_leads_the_key_off_the_engine(entry: Entry, handle: str) -> None:
    with suppress(ValueError):
        request = entry.engine.look_request(handle)
        assert stays_on_the_engine(entry, request)
        assert "/admin" not in request.url
        assert "?" not in request.url
        assert not request.url.endswith(("/", "/.", "/.."))
    if entry.engine.capabilities.can_cancel:
        with suppress(ValueError):
            assert stays_on_the_engine(entry, entry.engine.cancel_request(handle))


# Cancel


@with_ability("can_cancel")
def test_a_cancel_goes_to_the_task_with_the_key(entry: Entry) -> None:
    request = entry.engine.cancel_request(entry.handle_1)
    assert (request.method, request.url) == entry.cancel_call
    assert entry.carries_key(request.headers["authorization"])


@every_recorded(lambda entry: entry.cancels)
def test_a_cancel_is_answered_in_one_of_three_ways(
    entry: Entry, case: tuple[Response, CancelAnswer]
) -> None:
    answer, means = case
    assert entry.engine.read_cancel(answer) is means


@every_recorded(lambda entry: entry.cancel_errors)
def test_a_cancel_that_was_not_answered_says_why(entry: Entry, case: LookError) -> None:
    with pytest.raises(EngineError) as caught:
        entry.engine.read_cancel(case.answer)
    assert_proves_nothing(caught.value, case)


@with_ability("can_cancel")
@unclear_answers
def test_no_unclear_answer_to_a_cancel_says_that_it_was_taken(entry: Entry, body: bytes) -> None:
    for status in (408, 425, *range(300, 309), *range(500, 530)):
        with pytest.raises(EngineError):
            entry.engine.read_cancel(reply(status, body))


@without_ability("can_cancel")
def test_an_engine_without_cancel_has_no_such_request(entry: Entry) -> None:
    with pytest.raises(NotImplementedError):
        entry.engine.cancel_request(entry.handle_1)
    with pytest.raises(NotImplementedError):
        entry.engine.read_cancel(reply(202))


# Look-up by our own id


@with_ability("can_look_up")
def test_an_order_carries_our_id_and_a_look_up_asks_for_it(entry: Entry) -> None:
    assert ORDER.reference in written(entry.engine.submit_request(ORDER))
    request = entry.engine.look_up_request(ORDER.reference)
    assert (request.method, request.url, request.json) == ("GET", entry.look_up_url, None)
    assert entry.carries_key(request.headers["authorization"])


@with_ability("can_look_up")
@pytest.mark.parametrize("reference", ["", "  ", *OFF_THE_ENGINE])
def test_a_look_up_without_a_usable_id_is_never_made(entry: Entry, reference: str) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        entry.engine.look_up_request(reference)


@every_recorded(lambda entry: entry.look_ups)
def test_a_look_up_finds_the_task_or_says_that_there_is_none(
    entry: Entry, case: tuple[Response, str | None]
) -> None:
    answer, handle = case
    found = entry.engine.read_look_up(answer)
    assert (found.handle if found else None) == handle
    assert found is None or found.raw == answer.json()


@with_ability("can_look_up")
def test_both_outcomes_of_a_look_up_are_recorded(entry: Entry) -> None:
    found = [handle is not None for _, handle in entry.look_ups.values()]
    assert {True, False} == set(found)


@every_recorded(lambda entry: entry.look_up_errors)
def test_a_look_up_that_was_not_answered_proves_nothing(entry: Entry, case: LookError) -> None:
    with pytest.raises(EngineError) as caught:
        entry.engine.read_look_up(case.answer)
    assert_proves_nothing(caught.value, case)


@with_ability("can_look_up")
@unclear_answers
def test_no_answer_of_an_unclear_kind_says_that_there_is_no_task(entry: Entry, body: bytes) -> None:
    for status in (*range(200, 207), *range(300, 309), *range(400, 452), *range(500, 530)):
        with pytest.raises(EngineError) as caught:
            entry.engine.read_look_up(reply(status, body))
        assert not caught.value.permanent


@without_ability("can_look_up")
def test_an_engine_that_does_not_keep_our_id_has_no_such_request(entry: Entry) -> None:
    with pytest.raises(NotImplementedError):
        entry.engine.look_up_request(ORDER.reference)
    with pytest.raises(NotImplementedError):
        entry.engine.read_look_up(reply(404))


def assert_proves_nothing(error: EngineError, case: LookError) -> None:
    assert error.code == case.code
    assert error.pauses_engine is case.pauses
    assert error.retry_after_seconds == case.retry_after
    assert not error.permanent
    assert error.sent is not Sent.NO
    assert error.message.endswith(".")
    assert error.detail


# Inputs inside the order


@with_ability("takes_inline")
def test_inputs_travel_inside_the_order_and_no_address_beside_them(entry: Entry) -> None:
    assert entry.inline
    request = entry.engine.submit_request(replace(ORDER, inline=INLINE))
    sent: Mapping[str, object] = request.json or {}
    expected = entry.inline(INLINE)
    assert expected.items() <= sent.items()
    assert ORDER.image_url not in written(request)
    assert ORDER.audio_url not in written(request)


@with_ability("takes_inline")
def test_the_files_in_an_order_stay_out_of_its_repr(entry: Entry) -> None:
    order = replace(ORDER, inline=INLINE)
    assert "picture" not in repr(order)
    assert len(repr(entry.engine.submit_request(order))) < 1_000


@every_engine()
def test_without_inline_inputs_the_order_names_their_addresses(entry: Entry) -> None:
    request = written(entry.engine.submit_request(ORDER))
    assert ORDER.image_url in request
    assert ORDER.audio_url in request


# Callbacks


@with_ability("sends_callbacks")
def test_an_order_names_the_address_to_call_only_where_there_is_one(entry: Entry) -> None:
    called = written(entry.engine.submit_request(replace(ORDER, callback_url=CALLBACK_URL)))
    assert CALLBACK_URL in called or quote(CALLBACK_URL, safe="") in called
    silent = written(entry.engine.submit_request(ORDER))
    assert "callback" not in silent
    assert "hook" not in silent


@without_ability("sends_callbacks")
def test_an_engine_whose_calls_cannot_be_verified_is_not_asked_to_call(entry: Entry) -> None:
    with_address = entry.engine.submit_request(replace(ORDER, callback_url=CALLBACK_URL))
    assert written(with_address) == written(entry.engine.submit_request(ORDER))
    assert entry.engine.callback_keys_request() is None
    with pytest.raises(NotFromTheEngine):
        entry.engine.read_callback({}, b'{"id": "task_1"}')


@every_recorded(lambda entry: entry.callbacks)
def test_a_verified_callback_names_its_event_and_its_task(entry: Entry, case: Call) -> None:
    callback = entry.engine.read_callback(case.headers, case.body, keys=case.keys)
    assert (callback.event_id, callback.handle) == (case.event_id, case.handle)


@every_recorded(lambda entry: entry.callbacks)
def test_a_callback_is_about_the_task_it_names_and_no_other(entry: Entry, case: Call) -> None:
    callback = entry.engine.read_callback(case.headers, case.body, keys=case.keys)
    assert entry.engine.is_about(callback, case.handle)
    assert not entry.engine.is_about(callback, entry.engine.read_handle("another-task"))


@every_recorded(lambda entry: entry.forgeries)
def test_a_forged_callback_is_refused(entry: Entry, case: Call) -> None:
    with pytest.raises(NotFromTheEngine) as caught:
        entry.engine.read_callback(case.headers, case.body, keys=case.keys)
    assert not entry.shows_a_secret(str(caught.value))


@every_recorded(lambda entry: entry.callbacks)
def test_a_callback_is_refused_once_any_part_of_it_has_changed(entry: Entry, case: Call) -> None:
    for changed in changes_of(case):
        with pytest.raises(NotFromTheEngine):
            entry.engine.read_callback(changed.headers, changed.body, keys=changed.keys)


def changes_of(call: Call) -> list[Call]:
    """The call with a space more, a byte less, one header gone or replaced, or without the keys."""
    changes = [replace(call, body=call.body + b" "), replace(call, body=call.body[:-1])]
    for name in call.headers:
        rest = {key: value for key, value in call.headers.items() if key != name}
        changes += [
            replace(call, headers=rest),
            replace(call, headers=rest | {name: "0"}),
            replace(call, headers=rest | {name: ""}),
            replace(call, headers=rest | {name: "\xe9\udc80"}),
        ]
    return [*changes, *([replace(call, keys=b""), replace(call, keys=b"{}")] if call.keys else [])]
