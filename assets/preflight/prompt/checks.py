"""What is looked for in a motion prompt, and why: the texts of the page that explains it."""

from __future__ import annotations

from assets.preflight import thresholds as at
from assets.preflight.finding import Check, Level

_GUIDE = "Avatar prompting guides: who owns what"


def _check(name: str, level: Level, title: str, why: str, measured: str, source: str) -> Check:
    return Check("prompt." + name, level, "prompt", title, why, measured, source)


BLANK = _check(
    "blank",
    "stop",
    "Blank prompt",
    "Engines refuse a prompt without a character that can be seen.",
    "Spaces, control signs and invisible signs do not count.",
    "Limits of the engines",
)
LIMIT = _check(
    "limit",
    "stop",
    "Prompt over the engine's limit",
    "The engine refuses it, or cuts it off in the middle of a sentence.",
    "Code points against the limit of the chosen engine.",
    "Limits of the engines",
)
APPEARANCE = _check(
    "appearance",
    "warn",
    "Words about looks",
    "The look owns face, hair and clothes. Words that repeat them do nothing; words that differ "
    "make the face or the clothes drift in the middle of the video.",
    "Words and phrases about age, build, skin, hair, face, clothes and things worn.",
    _GUIDE,
)
SPEECH = _check(
    "speech",
    "warn",
    "Words to be said",
    "The take owns words, lips and voice. Words in the prompt are not spoken; they disturb.",
    "Quotations and what follows verbs of saying; how somebody speaks is no fault.",
    _GUIDE,
)
NO_CAMERA = _check(
    "no_camera",
    "warn",
    "No word about the camera",
    "Without shot, angle or movement the engine picks one, and another one in the next clip.",
    "No term of framing, angle or camera movement is found; looking into the lens is none.",
    _GUIDE,
)
VAGUE = _check(
    "vague",
    "warn",
    "Words that direct nothing",
    "A camera operator cannot act on “nice shot”; the engine guesses, and every clip differs.",
    "Praise in the place of a specification, and phrases such as “moves around”.",
    _GUIDE,
)
CROWDED = _check(
    "crowded",
    "warn",
    "Too many things at once",
    "The engine leaves some out and smears the others; hands and face suffer first.",
    f"More than {at.PROMPT_ACTIONS.value:g} kinds of movement at once, more than "
    f"{at.PROMPT_ACTIONS_MEANWHILE.value:g} where the prompt says “while”, or more than "
    f"{at.PROMPT_CAMERA_MOVES.value:g} camera movements; what is put one after another with "
    f"“then” counts apart, up to {at.PROMPT_STEPS.value:g} such steps in a sentence, "
    f"{at.PROMPT_ACTIONS_IN_ORDER.value:g} movements where a list ends with “then”, and "
    f"{at.PROMPT_CAMERA_MOVES_IN_ORDER.value:g} movements of the camera.",
    _GUIDE,
)
CONTRADICTION = _check(
    "contradiction",
    "warn",
    "Parts that exclude each other",
    "The engine obeys one of them by chance, or flickers between both.",
    "Pairs such as static camera and tracking shot; a change from one to the other is no fault.",
    _GUIDE,
)
ENERGY = _check(
    "energy",
    "warn",
    "Movement against the voice",
    "A wild body under a calm voice, or a statue under a lively one, looks dubbed.",
    "Words of extremes against the energy measured in the take.",
    _GUIDE,
)
STYLE = _check(
    "style",
    "warn",
    "Another art style",
    "The art style is that of the look; no prompt changes it, it only makes the picture unsteady.",
    "Names of art styles other than the look's; styles of filming are no fault.",
    _GUIDE,
)
SCOPE = _check(
    "scope",
    "warn",
    "More than one person in one scene",
    "An avatar engine shows one character who talks in one continuous scene. Second people, cuts "
    "and action come out as distortions, and are paid for.",
    "Words for several people, for cuts and other places, and for action.",
    _GUIDE,
)
UNREACHABLE = _check(
    "unreachable",
    "note",
    "What the engine cannot draw",
    "Letters come out garbled, counts do not hold, and thrown things do not fall as they should.",
    "Words for text in the picture, exact numbers of things, and hard physics.",
    "Guides of the engine's makers: text, numbers and complex physical movement",
)
LONG = _check(
    "long",
    "note",
    "Long prompt",
    "The longer the prompt, the more of it is left out, and nobody can say which part.",
    f"More than about {at.PROMPT_WORDS.value:g} words; {at.PROMPT_HAN_PER_WORD.value:g} Chinese "
    "characters count as one.",
    _GUIDE,
)

CHECKS: tuple[Check, ...] = (
    BLANK,
    LIMIT,
    APPEARANCE,
    SPEECH,
    NO_CAMERA,
    VAGUE,
    CROWDED,
    CONTRADICTION,
    ENERGY,
    STYLE,
    SCOPE,
    UNREACHABLE,
    LONG,
)
