"""Comments as markers of FCPXML, at exactly their frames and by the published rules."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from xml.etree import ElementTree as ET

from django.test import Client
from django.utils import timezone

from jobs.models import Version
from studio.organisations.models import User
from tests.reviews.exporting import export, say

type As = Callable[[User], Client]


def seconds(text: str | None) -> Fraction:
    assert text
    assert text.endswith("s")
    return Fraction(text[:-1])


def test_fcpxml_has_each_marker_at_its_frame_in_rational_seconds(
    as_: As, ntsc: Version, approver: User
) -> None:
    say(ntsc, approver, 1798, "Frame 1798 & <so on>\x07")
    say(ntsc, approver, 1999, "Last", resolved_at=timezone.now(), resolved_by=approver)
    document = ET.fromstring(export(as_(approver), ntsc, "fcpxml").content)
    assert (document.tag, document.get("version")) == ("fcpxml", "1.10")
    formats = {one.get("id"): one for one in document.iter("format")}
    asset = next(document.iter("asset"))
    frame = seconds(formats[asset.get("format")].get("frameDuration"))
    assert frame == Fraction(1001, 30_000)
    assert seconds(asset.get("duration")) == 2000 * frame
    first, last = document.iter("marker")
    assert seconds(first.get("start")) / frame == 1798
    assert seconds(last.get("start")) / frame == 1999
    assert (first.get("completed"), last.get("completed")) == ("0", "1")
    assert first.get("value") == "Mara: Frame 1798 & <so on>"
    assert {one.get("tcFormat") for one in document.iter("asset-clip")} == {"NDF"}


def test_the_whole_project_is_one_timeline_in_running_order(
    as_: As, version: Version, ntsc: Version, approver: User
) -> None:
    project = version.clip.project
    say(version, approver, 10)
    say(ntsc, approver, 20)
    document = ET.fromstring(export(as_(approver), project, "fcpxml").content)
    sequence = next(document.iter("sequence"))
    clips = list(document.iter("asset-clip"))
    assert [one.get("name") for one in clips] == [str(version), str(ntsc)]
    assert seconds(clips[0].get("offset")) == 0
    assert seconds(clips[1].get("offset")) == Fraction(75, 25) == seconds(clips[0].get("duration"))
    # On the timeline's grid of 25 frames per second, and not shorter than the clip.
    length = seconds(clips[1].get("duration"))
    assert (length * 25).denominator == 1
    assert 0 <= length - 2000 * Fraction(1001, 30_000) < Fraction(1, 25)
    assert seconds(sequence.get("duration")) == 3 + length
    starts = [seconds(one.get("start")) for one in document.iter("marker")]
    assert starts == [Fraction(10, 25), 20 * Fraction(1001, 30_000)]


#: Which elements Apple's published rules for FCPXML 1.9 and later let stand in which, in order.
INSIDE = {
    "fcpxml": ["resources", "library"], "resources": ["format", "asset"], "asset": ["media-rep"],
    "library": ["event"], "event": ["project"], "project": ["sequence"], "sequence": ["spine"],
    "spine": ["asset-clip"], "asset-clip": ["conform-rate", "marker"],
}  # fmt: skip


def test_fcpxml_keeps_the_published_rules_of_the_format(
    as_: As, version: Version, ntsc: Version, approver: User
) -> None:
    for frame in (0, 74):
        say(version, approver, frame, "x", last_frame=74)
    for frame in (0, 7, 1999):
        say(ntsc, approver, frame)
    document = ET.fromstring(export(as_(approver), version.clip.project, "fcpxml").content)
    assert tuple(map(int, str(document.get("version")).split("."))) >= (1, 9)
    for element in document.iter():
        allowed = INSIDE.get(element.tag, [])
        assert {one.tag for one in element} <= set(allowed)
        if element.tag == "asset-clip":  # markers stand behind what sets the rate
            order = [allowed.index(one.tag) for one in element]
            assert order == sorted(order)
    known = [one.get("id") for one in document.iter() if one.get("id")]
    assert len(known) == len(set(known))
    meant = [one.get(name) for one in document.iter() for name in ("ref", "format")]
    assert {one for one in meant if one} <= set(known)
    sources = [str(one.get("src")) for one in document.iter("media-rep")]
    assert sources[1] == "./Onboarding%202027%20-%20Ende%20%26%20Gru%C3%9F%20v1.mp4"
    rates = {one.get("id"): seconds(one.get("frameDuration")) for one in document.iter("format")}
    grid = rates[str(next(document.iter("sequence")).get("format"))]
    for clip in document.iter("asset-clip"):
        for name in ("offset", "duration"):
            assert (seconds(clip.get(name)) / grid).denominator == 1
        own = rates[str(clip.get("format"))]
        assert ({one.get("scaleEnabled") for one in clip.iter("conform-rate")} == {"0"}) == (
            own != grid
        )
        for marker in clip.iter("marker"):
            start, length = seconds(marker.get("start")), seconds(marker.get("duration"))
            assert (start / own).denominator == (length / own).denominator == 1
            assert 0 <= start < start + length <= seconds(clip.get("duration"))
