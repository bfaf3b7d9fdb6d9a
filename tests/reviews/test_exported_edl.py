"""Comments as markers of an EDL, at exactly their frames."""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from xml.etree import ElementTree as ET

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from jobs.models import Version
from studio.organisations.models import User
from studio.reviews.exports.timeline import timecode
from studio.reviews.models import Comment
from tests.reviews.exporting import export, say
from tests.reviews.guests import make_link

type As = Callable[[User], Client]


def test_a_marker_of_the_edl_stands_at_exactly_its_frame(
    as_: As, version: Version, approver: User
) -> None:
    say(version, approver, 42, "Lips | are\nlate", last_frame=44)
    say(version, approver, 74, "End", resolved_at=timezone.now(), resolved_by=approver)
    text = export(as_(approver), version, "edl").content.decode()
    assert "FCM: NON-DROP FRAME\r\n" in text
    events = re.findall(r"^\d{3}  001 +V +C +(\S+) (\S+) (\S+) (\S+)\r$", text, re.MULTILINE)
    assert events == [
        ("01:00:01:17", "01:00:01:18") * 2,
        ("01:00:02:24", "01:00:03:00") * 2,
    ]
    marks = re.findall(r" \|C:ResolveColor(\w+) \|M:(.+) \|D:(\d+)\r\n", text)
    assert marks == [("Red", "Mara: Lips / are late", "3"), ("Green", "Mara: End", "1")]
    assert "* LOC: 01:00:01:17 RED     Mara: Lips | are late\r\n" in text


def test_events_of_an_edl_never_overlap_and_nothing_said_at_one_frame_is_lost(
    as_: As, version: Version, approver: User
) -> None:
    say(version, approver, 10, "A range", last_frame=30)
    say(version, approver, 20, "In it", last_frame=40, resolved_at=timezone.now(),
        resolved_by=approver)  # fmt: skip
    say(version, approver, 20, "At the same frame")
    text = export(as_(approver), version, "edl").content.decode()
    events = re.findall(r"^\d{3}  001 +V +C +\S+ \S+ (\S+) (\S+)\r$", text, re.MULTILINE)
    assert events == [("01:00:00:10", "01:00:00:11"), ("01:00:00:20", "01:00:00:21")]
    marks = re.findall(r" \|C:ResolveColor(\w+) \|M:(.+) \|D:(\d+)\r\n", text)
    assert marks == [
        ("Red", "Mara: A range", "21"),
        ("Red", "Mara: In it + Mara: At the same frame", "21"),
    ]
    located = re.findall(r"\* LOC: 01:00:00:20 (\w+) +(.+)\r\n", text)
    assert located == [("GREEN", "Mara: In it"), ("RED", "Mara: At the same frame")]


def test_a_guests_name_cannot_write_lines_of_its_own_into_a_marker_file(
    as_: As, version: Version, approver: User
) -> None:
    link, _ = make_link(version, approver)
    name = "Eve |D:9\r\n* LOC: 01:00:00:00 RED forged\n999  001      V     C        "
    guest = link.guests.create(name=name, email="e@client.example")
    Comment.objects.create(version=version, guest=guest, frame=3, text="x", is_shared=True)
    browser = as_(approver)
    text = export(browser, version, "edl").content.decode()
    assert len(re.findall(r"^\* LOC:", text, re.MULTILINE)) == 1
    assert len(re.findall(r"^\d{3}  001", text, re.MULTILINE)) == 1
    assert re.findall(r"\|D:(\d+)\r\n", text) == ["1"]
    (marker,) = ET.fromstring(export(browser, version, "fcpxml").content).iter("marker")
    assert marker.attrib.keys() == {"start", "duration", "value", "completed"}


@pytest.mark.parametrize(
    ("rate", "frame", "shown"),
    [
        (Fraction(25), 1500, "00:01:00:00"),
        # Drop-frame would call this one 00:01:00:02.
        (Fraction(30_000, 1001), 1800, "00:01:00:00"),
        (Fraction(30_000, 1001), 17_982, "00:09:59:12"),
        (Fraction(24_000, 1001), 86_400, "01:00:00:00"),
        (Fraction(60), 61, "00:00:01:01"),
    ],
)
def test_timecode_counts_frames_and_drops_none(rate: Fraction, frame: int, shown: str) -> None:
    assert timecode(frame, rate) == shown


def test_an_edl_of_several_rates_is_refused_with_a_way_out(
    as_: As, version: Version, ntsc: Version, approver: User
) -> None:
    browser = as_(approver)
    answer = export(browser, version.clip.project, "edl")
    assert answer.url == reverse("storyboard", args=[version.clip.project_id])
    assert "Take FCPXML" in browser.get(answer.url).text
