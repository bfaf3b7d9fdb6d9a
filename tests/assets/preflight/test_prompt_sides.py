"""Both sides of what excludes what, in ordinary words: each with each, and one after another."""

from __future__ import annotations

import pytest

from assets.limits import STRICT
from assets.preflight.prompt import check_prompt
from tests.assets.preflight.sides import false_alarms, missed, told, ways

SIDES = {
    "camera still or moving": (
        (
            "camera completely motionless|absolutely no movement of the frame"
            "|the lens does not stir|not a millimetre of camera movement"
            "|the camera holds its position"
        ),
        (
            "whip pans left and right|the camera roams through the room|slow push-in"
            "|the camera jumps about|a sweeping crane shot"
        ),
    ),
    "close or wide": (
        "extreme close-up|nothing but the face in frame|cropped tight to the eyebrows",
        "wide shot of the whole room|shoes and hair both in the frame|head-to-toe framing",
    ),
    "front or back": (
        "seen from the front|facing the camera frontally|looking straight into the lens",
        "seen only from behind|her back to the camera|turned away from the camera",
    ),
    "body still or lively": (
        "the body frozen like a statue|no body movement at all|perfectly still posture",
        "jumping up and down|gesturing wildly|leaping around",
    ),
    "gaze at the lens or elsewhere": (
        "gaze never leaves the viewer|eyes locked on the lens|unbroken eye contact",
        (
            "eyes on the notes from start to finish|head down, eyes on the desk|eyes shut tight"
            "|looking anywhere but at the lens"
        ),
    ),
    "hands hidden or busy": (
        (
            "both hands stay hidden behind the back|hands never leave the lap"
            "|hands remain invisible|without using the hands|both hands buried in the pockets"
        ),
        (
            "draws large shapes in the air with the fingers|hands chop the air"
            "|counting on the fingers|rubbing the palms together|lively hand movements"
        ),
    ),
    "glad or grave": (
        "face lit up with delight|roaring with laughter|bursting with happiness",
        "deadly serious face|grief-stricken face|poker face throughout",
    ),
    "calm or wild": (
        "utterly relaxed and serene|at complete peace|unruffled",
        "seething with fury the whole time|beside himself with rage|hysterical",
    ),
    "head still or moving": (
        "no head movement|head locked in position|keeps the head still",
        "nodding constantly|tossing the head|shaking the head vigorously",
    ),
    "light soft or hard": (
        "flat even illumination|no shadows at all|soft window light",
        "hard shadows across the face|harsh direct light|a hard spotlight",
    ),
}
MOVES = ("he walks to the window", "she strolls across the stage", "both hands gesture broadly")
LISTS = (
    "Crane down, push in, orbit, rack focus, dutch tilt, whip pan and zoom out within one sentence",
    "Medium shot, pan left, tilt up, dolly in, orbit, pan right and pull out, one after the other",
)


def _at_once(one: str, other: str) -> tuple[str, str]:
    return (f"Office, {one}, {other}", f"Office, {other} while {one}")


def _in_turn(one: str, other: str) -> tuple[str, str]:
    return (f"First {one}, then {other}", f"{other} at first, later {one}")


@pytest.mark.parametrize("name", SIDES)
def test_every_way_to_say_one_side_excludes_every_way_to_say_the_other(name: str) -> None:
    assert missed(SIDES, name, _at_once) == []


@pytest.mark.parametrize("name", SIDES)
def test_one_side_after_the_other_is_a_change(name: str) -> None:
    assert false_alarms(SIDES, name, _in_turn) == []


@pytest.mark.parametrize("still", ways(SIDES, "camera still or moving")[0])
def test_a_person_may_move_before_a_camera_that_does_not(still: str) -> None:
    assert not any(told(f"{still}, {moves}") for moves in MOVES)


@pytest.mark.parametrize("prompt", LISTS)
def test_the_items_of_a_list_of_too_many_camera_movements_follow_one_another(prompt: str) -> None:
    found = [finding.id for finding in check_prompt(prompt, STRICT)]
    assert "prompt.crowded" in found
    assert "prompt.contradiction" not in found
