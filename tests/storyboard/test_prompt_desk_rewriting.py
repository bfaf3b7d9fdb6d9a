"""The language model of the prompt desk: a real server that answers well, badly, or not at all."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client

from assets.prompts.text import PARTS
from studio.clips.models import Clip
from studio.organisations.models import User
from tests.engines.loopback import Behaviour, Loopback, Seen, answer, hang_up, serving
from tests.storyboard.desk_pages import carried, field, panel, press, written

type As = Callable[[User], Client]
REWRITTEN = "Friendly presenter nods slowly, medium shot, static camera, soft natural light"


def says(content: object) -> Behaviour:
    """Answer as a language model does, with these words."""
    body = {"choices": [{"message": {"role": "assistant", "content": content}}]}
    return answer(body=json.dumps(body).encode(), headers="content-type: application/json\r\n")


def keep_waiting(connection: socket.socket, _: Seen) -> None:
    """Take the request and never answer; ends when the caller gives up."""
    connection.recv(1)


@pytest.fixture
def model(settings: Any) -> Iterator[Callable[[Behaviour], Loopback]]:
    """`model(says("…"))`: a language model that behaves like this; the studio is set up for it."""
    open_ones: list[Any] = []

    def start(behaviour: Behaviour) -> Loopback:
        server = serving(behaviour)
        open_ones.append(server)
        there = server.__enter__()
        settings.REWRITER_URL = f"{there.url}/v1"
        settings.REWRITER_KEY, settings.REWRITER_MODEL = "sk-only-a-test", "small-model"
        settings.REWRITER_SECONDS = 60
        return there

    yield start
    for server in open_ones:
        server.__exit__(None, None, None)


def test_a_proposal_is_shown_as_a_difference_and_taken_by_a_click(
    as_: As, teammate: User, clip: Clip, model: Callable[..., Loopback]
) -> None:
    client = as_(teammate)
    model(says(REWRITTEN))
    text = press(client, clip, "rewrite")
    assert field(text, "motion") == clip.motion
    assert "<ins>slowly</ins>" in text
    taken = written(press(client, clip, "use", proposal=carried(text)))
    assert taken["motion"] == "nods slowly"
    assert taken["camera"] == "medium shot, static camera"


def test_the_model_is_told_the_rules_the_prompt_and_nothing_about_people(
    as_: As, teammate: User, clip: Clip, model: Callable[..., Loopback]
) -> None:
    server = model(says(REWRITTEN))
    press(as_(teammate), clip, "rewrite", motion="nods at {product}")
    (seen,) = server.seen
    assert (seen.method, seen.path) == ("POST", "/v1/chat/completions")
    assert seen.headers["authorization"] == "Bearer sk-only-a-test"
    sent = json.loads(seen.body)
    assert sent["model"] == "small-model"
    assert "Never describe appearance" in sent["messages"][0]["content"]
    assert "nods at {product}" in sent["messages"][1]["content"]
    assert "still to be filled in" in sent["messages"][1]["content"]
    take, look = clip.take, clip.look
    assert take and look
    for name in (teammate.name, teammate.email, clip.project.name, take.script,
                 look.character.name, clip.organisation.name):  # fmt: skip
        assert name not in seen.body.decode()


def test_a_proposal_passes_through_the_same_checks(
    as_: As, teammate: User, clip: Clip, model: Callable[..., Loopback]
) -> None:
    model(says("nods at {something}, medium shot"))
    text = press(as_(teammate), clip, "rewrite")
    assert "{something} is still to be filled in." in panel(text)


@pytest.mark.parametrize(
    "wrapped",
    [f'"{REWRITTEN}"', f"```\n{REWRITTEN}\n```", f"Here is the rewritten prompt:\n{REWRITTEN}\n"],
)
def test_what_models_wrap_around_an_answer_is_taken_off(
    as_: As, teammate: User, clip: Clip, model: Callable[..., Loopback], wrapped: str
) -> None:
    client = as_(teammate)
    model(says(wrapped))
    text = press(client, clip, "rewrite")
    assert field(press(client, clip, "use", proposal=carried(text)), "text") == REWRITTEN


@pytest.mark.parametrize(
    "nonsense",
    [says(""), says(None), says(["x"]), says("x " * 2_000), says("<p>nods</p>"), answer(body=b"{}"),
     answer(body=b"[]"), answer(body=b"\xff\xfe"), answer(body=b"<html>proxy</html>")],
)  # fmt: skip
def test_a_nonsense_answer_is_said_and_changes_nothing(
    as_: As, teammate: User, clip: Clip, model: Callable[..., Loopback], nonsense: Behaviour
) -> None:
    model(nonsense)
    text = press(as_(teammate), clip, "rewrite")
    assert "something that is no motion prompt" in panel(text)
    assert "use-proposal" not in text
    assert {name: field(text, name) for name in PARTS} == clip.prompt_parts()


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        ("401 Unauthorized", "check REWRITER_KEY"),
        ("429 Too Many Requests", "too much to do"),
        ("500 Oops", "answered with an error (500)"),
        ("302 Found", "answered with an error (302)"),
    ],
)
def test_an_error_of_the_model_is_a_sentence(
    as_: As, teammate: User, clip: Clip, model: Callable[..., Loopback], status: str, sentence: str
) -> None:
    model(answer(status))
    assert sentence in panel(press(as_(teammate), clip, "rewrite"))


@pytest.mark.parametrize("silent", [hang_up, keep_waiting])
def test_a_model_that_does_not_answer_costs_nobody_their_prompt(
    as_: As, teammate: User, clip: Clip, model: Callable[..., Loopback], silent: Behaviour,
    settings: Any,
) -> None:  # fmt: skip
    model(silent)
    settings.REWRITER_SECONDS = 0.3
    text = press(as_(teammate), clip, "rewrite")
    assert "did not answer in time. Your prompt is as it was." in panel(text)
    assert field(text, "motion") == clip.motion


def test_the_model_is_not_asked_about_nothing_or_about_far_too_much(
    as_: As, teammate: User, clip: Clip, model: Callable[..., Loopback]
) -> None:
    server, client = model(says(REWRITTEN)), as_(teammate)
    empty = dict.fromkeys(PARTS, "")
    assert "Write a few words first" in panel(press(client, clip, "rewrite", **empty))
    long = {**empty, "free_text": "nods " * 20_000}
    assert "at most 2,500 characters" in panel(press(client, clip, "rewrite", **long))
    assert server.seen == []
