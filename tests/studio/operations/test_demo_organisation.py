"""The demo organisation shows good material: what ships with the studio passes its own checks."""

from __future__ import annotations

import pytest

from assets.listening.facts import TakeFacts
from assets.looking.facts import LookFacts
from assets.models import ArtStyle, AudioTake, Look
from assets.preflight import thresholds
from jobs import offers
from studio.clips.models import Clip
from studio.operations.demo.organisation import make_demo_organisation
from studio.organisations.models import Organisation


@pytest.fixture(autouse=True)
def three_seconds_are_enough() -> None:
    """Not here: real takes are held against the figure that everybody's are held against."""


@pytest.fixture
def demo(db: None) -> Organisation:
    return make_demo_organisation()


def test_no_check_has_anything_to_say_about_a_demo_clip(demo: Organisation) -> None:
    assert thresholds.AUDIO_SHORT.value == 10
    clips = Clip.objects.filter(project__organisation=demo)
    found = {clip.title: offers.offer(clip) for clip in clips}
    assert len(found) == 3
    assert {title: offer.findings for title, offer in found.items()} == {
        title: [] for title in found
    }
    assert all(offer.can_order for offer in found.values())


def test_every_demo_look_shows_one_sure_face_from_the_front(demo: Organisation) -> None:
    looks = Look.objects.filter(character__organisation=demo)
    assert looks.count() == 3
    for look in looks:
        seen = LookFacts.from_json(look.facts)
        assert seen
        assert [face.kind for face in seen.faces] == ["frontal"]
        assert seen.faces[0].certainty > 0.9
        assert min(look.width, look.height) >= 1080
        assert look.art_style == ArtStyle.PAINTING


def test_every_demo_take_is_speech_at_the_loudness_that_the_studio_aims_at(
    demo: Organisation,
) -> None:
    takes = AudioTake.objects.filter(project__organisation=demo)
    assert takes.count() == 3
    for take in takes:
        heard = TakeFacts.from_json(take.facts)
        assert heard
        assert heard.heard == "speech"
        assert heard.loudness_lufs == pytest.approx(thresholds.AUDIO_TARGET.value, abs=1.5)
        assert heard.true_peak_dbtp <= thresholds.AUDIO_CEILING.value
