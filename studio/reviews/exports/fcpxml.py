"""Markers as FCPXML 1.10: Final Cut Pro, DaVinci Resolve and Premiere's importers open it.

Times are rational seconds, as the format wants them: a frame is exactly a frame at any rate, also
at 30000/1001. What an editor shows as timecode is non-drop (`tcFormat="NDF"`). A marker counts in
the frames of its own file, so versions of several rates keep theirs.
"""

from __future__ import annotations

from fractions import Fraction
from urllib.parse import quote
from xml.etree import ElementTree as ET

from studio.reviews.exports.material import Material, Reviewed, Said
from studio.reviews.exports.timeline import Placed, Timeline, timeline_of

VERSION = "1.10"
#: The rates that the format has names for.
RATES = {
    Fraction(24_000, 1001): "23.98", Fraction(24): "24", Fraction(25): "25",
    Fraction(30_000, 1001): "29.97", Fraction(30): "30", Fraction(50): "50",
    Fraction(60_000, 1001): "59.94", Fraction(60): "60",
}  # fmt: skip


def markers_fcpxml(material: Material) -> bytes:
    """The document. Raises CannotExport where there is nothing to mark."""
    timeline = timeline_of(material)
    root = ET.Element("fcpxml", version=VERSION)
    resources = ET.SubElement(root, "resources")
    _format(resources, "format0", timeline.rate, timeline.placed[0].reviewed)
    for number, placed in enumerate(timeline.placed, start=1):
        _resource(resources, number, placed.reviewed)
    event = ET.SubElement(ET.SubElement(root, "library"), "event", name=_text(timeline.title))
    project = ET.SubElement(event, "project", name=_text(timeline.title))
    sequence = ET.SubElement(
        project, "sequence", format="format0", tcStart="0s", tcFormat="NDF",
        duration=_seconds(timeline.frames / timeline.rate),
    )  # fmt: skip
    spine = ET.SubElement(sequence, "spine")
    for number, placed in enumerate(timeline.placed, start=1):
        _clip(spine, number, placed, timeline)
    ET.indent(root)
    declared = '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE fcpxml>\n'
    return (declared + ET.tostring(root, encoding="unicode") + "\n").encode()


def _format(resources: ET.Element, name: str, rate: Fraction, reviewed: Reviewed) -> None:
    ET.SubElement(
        resources, "format", id=name, frameDuration=_seconds(1 / rate),
        width=str(reviewed.version.width), height=str(reviewed.version.height),
    )  # fmt: skip


def _resource(resources: ET.Element, number: int, reviewed: Reviewed) -> None:
    _format(resources, f"format{number}", reviewed.rate, reviewed)
    asset = ET.SubElement(
        resources, "asset", id=f"asset{number}", name=_text(reviewed.file_name), start="0s",
        duration=_seconds(reviewed.version.frames / reviewed.rate), hasVideo="1", hasAudio="1",
        format=f"format{number}",
    )  # fmt: skip
    # Beside the document: whoever downloads the files into one folder has them linked.
    source = f"./{quote(_text(reviewed.file_name))}"
    ET.SubElement(asset, "media-rep", kind="original-media", src=source)


def _clip(spine: ET.Element, number: int, placed: Placed, timeline: Timeline) -> None:
    clip = ET.SubElement(
        spine, "asset-clip", ref=f"asset{number}", name=_text(str(placed.reviewed.version)),
        offset=_seconds(placed.start / timeline.rate), start="0s", tcFormat="NDF",
        duration=_seconds(placed.frames / timeline.rate), format=f"format{number}",
    )  # fmt: skip
    if placed.reviewed.rate != timeline.rate:
        _conform(clip, placed.reviewed.rate)
    for said in placed.reviewed.said:
        _marker(clip, said, placed.reviewed.rate)


def _conform(clip: ET.Element, rate: Fraction) -> None:
    # It plays at its own speed: by itself an editor would stretch it to the timeline's rate.
    conform = ET.SubElement(clip, "conform-rate", scaleEnabled="0")
    if rate in RATES:
        conform.set("srcFrameRate", RATES[rate])


def _marker(clip: ET.Element, said: Said, rate: Fraction) -> None:
    comment = said.comment
    last = comment.frame if comment.last_frame is None else comment.last_frame
    # With `completed` it is a to-do marker: red until it is done, then green.
    ET.SubElement(
        clip, "marker", start=_seconds(comment.frame / rate),
        duration=_seconds((last - comment.frame + 1) / rate), value=_text(said.words),
        completed="1" if comment.resolved_at else "0",
    )  # fmt: skip


def _seconds(time: Fraction) -> str:
    """`1001/30000s`; whole seconds without a denominator."""
    if time.denominator == 1:
        return f"{time.numerator}s"
    return f"{time.numerator}/{time.denominator}s"


def _text(words: str) -> str:
    # XML has no place for control characters, not even written as references.
    return "".join(sign for sign in words if sign.isprintable() or sign in "\n\t")
