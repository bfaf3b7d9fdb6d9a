"""How the storyboard follows its jobs, and where one is cancelled."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from jobs import ordering
from jobs.models import AvatarJob, State, Version
from studio.clips.models import Clip
from studio.organisations.models import User
from tests.conftest import make_job, make_version
from tests.storyboard.boards import add, board, live, seen

type As = Callable[[User], Client]


def test_the_page_asks_for_news_only_while_a_job_is_active(
    as_: As, teammate: User, clip: Clip
) -> None:
    client = as_(teammate)
    assert "hx-trigger" not in board(client, clip.project)
    job = make_job(clip, teammate)
    assert 'hx-trigger="every 2s"' in board(client, clip.project)
    before = seen(clip.project)
    assert 'hx-trigger="every 2s"' in live(client, clip.project, before)
    make_version(job)
    after = live(client, clip.project, before)
    assert 'id="live"' in after
    assert "hx-trigger" not in after
    assert "v1 waits for" in after  # the last answer brings the news along


def test_a_live_answer_swaps_only_what_differs(as_: As, teammate: User, clip: Clip) -> None:
    other = add(clip.project, teammate, "Quiet one", like=clip)
    job = make_job(clip, teammate)
    before = seen(clip.project)
    answer = live(as_(teammate), clip.project, before)
    assert f'id="now-{clip.pk}"' in answer  # an active sentence is always fresh
    assert f'id="tile-{clip.pk}"' not in answer
    assert str(other.pk) not in answer
    job.advance(State.SUBMITTING, cause="test", sent_at=timezone.now())
    answer = live(as_(teammate), clip.project, before)
    assert f'id="tile-{clip.pk}"' in answer
    assert 'hx-swap-oob="true"' in answer
    assert str(other.pk) not in answer


def test_news_that_were_written_long_before_they_were_committed_are_not_missed(
    as_: As, teammate: User, clip: Clip
) -> None:
    job = make_job(clip, teammate)
    before = seen(clip.project)
    version = make_version(job)
    long_ago = timezone.now() - timedelta(hours=1)
    Version.objects.filter(pk=version.pk).update(created_at=long_ago)
    AvatarJob.objects.filter(pk=job.pk).update(state_at=long_ago)
    assert f'id="tile-{clip.pk}"' in live(as_(teammate), clip.project, before)


def test_a_new_order_swaps_the_whole_board(as_: As, teammate: User, clip: Clip) -> None:
    make_job(clip, teammate)
    before = seen(clip.project)
    other = add(clip.project, teammate, "Came in meanwhile")
    answer = live(as_(teammate), clip.project, before)
    assert 'id="board"' in answer
    assert str(other.pk) in answer
    assert live(as_(teammate), clip.project, "nonsense").count('id="board"') == 1


def test_rows_of_the_list_come_in_templates_so_that_a_parser_keeps_them(
    as_: As, teammate: User, clip: Clip
) -> None:
    job = make_job(clip, teammate)
    before = seen(clip.project)
    job.advance(State.SUBMITTING, cause="test", sent_at=timezone.now())
    answer = live(as_(teammate), clip.project, before, view="list")
    assert re.search(rf'<template>\s*<tr id="tile-{clip.pk}"', answer)
    assert "view=list" in answer


def test_a_queued_job_can_be_cancelled_from_its_tile(as_: As, teammate: User, clip: Clip) -> None:
    job = make_job(clip, teammate)
    client, address = as_(teammate), reverse("job_cancel", args=[job.pk])
    assert address in board(client, clip.project)
    job.advance(State.SUBMITTING, cause="test", sent_at=timezone.now())
    assert address not in board(client, clip.project)


def test_cancelling_leads_back_to_where_it_was_pressed_and_nowhere_else(
    as_: As, teammate: User, clip: Clip
) -> None:
    client, home = as_(teammate), reverse("storyboard", args=[clip.project_id])
    for number, (wanted, leads_to) in enumerate(
        [(home, home), ("https://evil.example/", ""), ("", "")], start=1
    ):
        clip.refresh_from_db()
        job = ordering.order(clip, by=teammate, number=number)
        answer = client.post(reverse("job_cancel", args=[job.pk]), {"next": wanted})
        assert answer.headers["Location"] == (leads_to or reverse("job", args=[job.pk]))
