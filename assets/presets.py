"""The presets that every organisation starts with.

They say how a character moves, what the camera does and what the light is like. They never say
what anybody looks like (the look owns that) or what is said (the take owns that).
"""

from __future__ import annotations

from dataclasses import dataclass

from assets.models import Preset
from studio.organisations.models import Organisation


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipped:
    """One preset of ours; the fields are those of `Preset`."""

    name: str
    purpose: str
    style: str
    motion: str
    camera: str
    atmosphere: str


SHIPPED = (
    Shipped(
        name="Virtual presenter",
        purpose="Announcements and talks: one person, straight to the viewer.",
        style="Composed presenter",
        motion="looks into the lens, opens both hands a little at each main point",
        camera="medium shot at eye level, static camera",
        atmosphere="soft studio light, settled mood",
    ),
    Shipped(
        name="Product demo",
        purpose="Showing what a product does, step by step.",
        style="Lively product host",
        motion="leans in slightly, counts the benefits off with one hand, nods at the end",
        camera="medium shot, slow push-in",
        atmosphere="bright, even studio light",
    ),
    Shipped(
        name="Course lesson",
        purpose="Lessons and tutorials that people watch for a while.",
        style="Patient teacher",
        motion="explains with small open gestures, pauses, tilts the head while thinking",
        camera="medium close-up at eye level, static camera",
        atmosphere="warm daylight from the side, quiet room",
    ),
    Shipped(
        name="Language lesson",
        purpose="Pronunciation and dialogue: the mouth must be easy to see.",
        style="Encouraging tutor",
        motion="keeps the head still and faces the lens, lifts the eyebrows at stressed words",
        camera="close-up at eye level, static camera",
        atmosphere="clear frontal light, calm and friendly mood",
    ),
    Shipped(
        name="Brand spokesperson",
        purpose="Campaign films and statements in the name of a brand.",
        style="Confident spokesperson",
        motion="stands upright, emphasises key words with one hand, ends on a warm smile",
        camera="medium shot, slow arc to the left",
        atmosphere="polished studio light with a gentle rim light",
    ),
    Shipped(
        name="Social vlog",
        purpose="Short upright clips that should feel unrehearsed.",
        style="Spontaneous vlogger",
        motion="gestures freely while talking, shifts the weight from foot to foot",
        camera="medium close-up, handheld at arm's length",
        atmosphere="natural window light, relaxed mood",
    ),
    Shipped(
        name="Virtual influencer",
        purpose="Reviews and opinions of a character with a following.",
        style="Playful host",
        motion="leans towards the lens, raises an eyebrow, laughs briefly",
        camera="close-up from slightly above, light handheld sway",
        atmosphere="golden hour light, upbeat mood",
    ),
    Shipped(
        name="News broadcast",
        purpose="Bulletins and internal news.",
        style="Measured newsreader",
        motion="sits upright with folded hands, nods once between items",
        camera="medium shot at eye level, locked-off static camera",
        atmosphere="cool, even studio light, sober mood",
    ),
    Shipped(
        name="Customer service",
        purpose="Answers to frequent questions, help pages.",
        style="Attentive adviser",
        motion="nods while listening, points out each step with an open palm",
        camera="medium shot, static camera",
        atmosphere="soft frontal light, reassuring mood",
    ),
    Shipped(
        name="Onboarding",
        purpose="Welcoming new colleagues or customers.",
        style="Welcoming guide",
        motion="gives a small wave at the start, then gestures gently towards the viewer",
        camera="medium shot, slow pull-out",
        atmosphere="bright morning light, cheerful mood",
    ),
    Shipped(
        name="Film monologue",
        purpose="Scenes and character pieces.",
        style="Restrained film acting",
        motion="looks past the lens, lowers the gaze, then turns slowly towards the viewer",
        camera="close-up, very slow push-in",
        atmosphere="low side light, deep shadows, tense mood",
    ),
    Shipped(
        name="Storyboard",
        purpose="Quick drafts that show timing and framing.",
        style="Plain blocking for a draft",
        motion="faces the lens, one simple gesture in each sentence",
        camera="wide shot at eye level, static camera",
        atmosphere="flat, even light",
    ),
)


def ship_presets(organisation: Organisation) -> int:
    """Give `organisation` the shipped presets it has not got yet (by name); how many were made.

    What people changed or archived stays as it is.
    """
    names = {name.lower() for name in organisation.presets.values_list("name", flat=True)}
    missing = [preset for preset in SHIPPED if preset.name.lower() not in names]
    for preset in missing:
        Preset.objects.create(
            organisation=organisation,
            name=preset.name,
            purpose=preset.purpose,
            style=preset.style,
            motion=preset.motion,
            camera=preset.camera,
            atmosphere=preset.atmosphere,
        )
    return len(missing)
