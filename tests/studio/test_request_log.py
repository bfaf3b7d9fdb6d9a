"""Each request has an id, which everything done for it carries, and one line in the log."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from celery import Celery
from django.test import Client
from django.urls import reverse
from django_structlog.celery.steps import DjangoStructLogInitStep
from structlog.contextvars import bound_contextvars, get_contextvars

from jobs import tasks
from studio.celery import app
from studio.organisations.models import Organisation, User
from tests.log_lines import Lines, caught

type As = Callable[[User], Client]


@pytest.fixture
def lines() -> Iterator[Lines]:
    with caught() as found:
        yield found


def requests_in(lines: Lines) -> list[dict[str, Any]]:
    return [line for line in lines() if line["event"] == "request"]


def test_a_request_is_one_line_with_its_person_and_organisation(
    as_: As, owner: User, studio_org: Organisation, lines: Lines
) -> None:
    answer = as_(owner).get(reverse("projects", args=[studio_org.slug]), {"q": "private"})
    (line,) = requests_in(lines)
    assert (line["method"], line["status"]) == ("GET", 200)
    assert line["path"] == f"/o/{studio_org.slug}/projects/", "a search is not for the log"
    assert (line["user_id"], line["organisation"]) == (str(owner.pk), studio_org.slug)
    assert line["request_id"] == answer.headers["X-Request-ID"]
    assert line["ms"] > 0


def test_the_id_of_a_proxy_is_taken_over(client: Client, lines: Lines) -> None:
    answer = client.get("/login/", headers={"X-Request-ID": "8f14e45f-ceea-467f"})
    assert answer.headers["X-Request-ID"] == "8f14e45f-ceea-467f"
    assert requests_in(lines)[0]["request_id"] == "8f14e45f-ceea-467f"


@pytest.mark.parametrize("given", ["short", "x" * 101, "a b c d e f g h", "<script>alert</script>"])
def test_what_does_not_look_like_an_id_is_replaced(client: Client, given: str) -> None:
    taken = client.get("/login/", headers={"X-Request-ID": given}).headers["X-Request-ID"]
    assert taken != given
    assert len(taken) == 32


def test_two_requests_have_two_ids_and_nothing_of_the_first_stays_for_the_second(
    as_: As, owner: User, studio_org: Organisation, client: Client, lines: Lines
) -> None:
    as_(owner).get(reverse("projects", args=[studio_org.slug]))
    client.get("/login/")
    first, second = requests_in(lines)
    assert first["request_id"] != second["request_id"]
    assert "user_id" not in second
    assert "organisation" not in second
    assert get_contextvars() == {}


def test_health_checks_fill_no_log_unless_something_is_wrong(client: Client, lines: Lines) -> None:
    client.get("/health/live")
    assert requests_in(lines) == []
    client.get("/health/nothing")
    assert [line["status"] for line in requests_in(lines)] == [404]


def test_a_page_that_breaks_is_a_line_with_its_traceback_and_the_same_id(
    as_: As, owner: User, studio_org: Organisation, lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("it broke")

    monkeypatch.setattr("studio.storyboard.desk.groups", broken)
    browser = as_(owner)
    browser.raise_request_exception = False
    answer = browser.get(reverse("desk", args=[studio_org.slug]))
    assert answer.status_code == 500
    told = [line for line in lines() if "RuntimeError: it broke" in line.get("exception", "")]
    assert [line["request_id"] for line in told] == [answer.headers["X-Request-ID"]]


def test_a_message_to_the_workers_carries_the_id_of_the_request() -> None:
    letters = Celery("letters", broker="memory://", set_as_current=False)
    with letters.connection_for_write() as connection:
        queue = connection.SimpleQueue("machine")
        with bound_contextvars(request_id="from-the-click"):
            letters.send_task("jobs.tasks.submit_due", queue="machine")
        message = queue.get(timeout=60)
        message.ack()
        queue.close()
    headers: dict[str, Any] = message.headers
    assert headers["__django_structlog__"]["request_id"] == "from-the-click"


def test_a_worker_binds_what_the_message_carries(lines: Lines) -> None:
    assert DjangoStructLogInitStep in app.steps["worker"], "the workers of the studio do this"
    step = DjangoStructLogInitStep(None)
    task = tasks.submit_due
    request: dict[str, Any] = {
        "id": "t-1",
        "__django_structlog__": {"request_id": "from-the-click"},
    }
    task.push_request(**request)
    try:
        step.receiver.receiver_task_prerun("t-1", task)
        logging.getLogger("jobs.anything").info("work")
    finally:
        task.pop_request()
    (line,) = [line for line in lines() if line["event"] == "work"]
    assert (line["request_id"], line["task_id"]) == ("from-the-click", "t-1")
