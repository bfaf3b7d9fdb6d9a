"""Why an engine refuses or fails, in classes of our own, with a sentence for people.

Engines say the same thing by number, by code word, or only in prose, English or Chinese.
`reason_for` turns any of them into one `Reason`; the engine's own words stay beside it.
The words are in `reason_words`. Source: engines.md 5 (reasons to name).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from jobs.engines.reason_words import BY_CODE, BY_PROSE


class Owner(StrEnum):
    """Who can mend it."""

    INPUT = "input"  # the person who made the clip
    ACCOUNT = "account"  # the operator: key, credit, address; no order passes until then
    WAIT = "wait"  # time
    ENGINE = "engine"  # the engine's people


@dataclass(frozen=True, slots=True)
class Reason:
    """One class of refusal: a stable id, who can mend it, and what to say."""

    code: str
    owner: Owner
    sentence: str


def _table(*reasons: Reason) -> dict[str, Reason]:
    return {reason.code: reason for reason in reasons}


REASONS = _table(
    Reason(
        "moderation",
        Owner.INPUT,
        "The engine's content check refused these inputs. "
        "Change the image, the spoken words or the prompt, then generate again.",
    ),
    Reason(
        "face_not_found",
        Owner.INPUT,
        "The engine found no face it can animate in the image. "
        "Choose a look with one clear face turned to the camera.",
    ),
    Reason(
        "audio_too_long",
        Owner.INPUT,
        "The engine says the audio take is too long. Shorten it or split it over two clips.",
    ),
    Reason(
        "audio_too_short",
        Owner.INPUT,
        "The engine says the audio take is too short. Use a take of at least two seconds.",
    ),
    Reason(
        "audio_mismatch",
        Owner.ENGINE,
        "The engine measured another length of the audio than the studio did. "
        "Upload the take once more; if that does not help, an admin should ask the engine.",
    ),
    Reason(
        "input_too_large",
        Owner.INPUT,
        "The engine says an input file is too large. Use a smaller image or a shorter audio take.",
    ),
    Reason(
        "image_size",
        Owner.INPUT,
        "The engine does not accept the size or shape of the image. "
        "Use a look with both sides of at least 300 pixels and a ratio of at most 2.5 to 1.",
    ),
    Reason(
        "input_type",
        Owner.INPUT,
        "The engine does not accept the file type of an input. "
        "Use a JPEG or PNG image and an MP3, WAV, M4A or AAC audio take.",
    ),
    Reason(
        "unfetchable_input",
        Owner.INPUT,
        "The engine could not download the image or the audio from this studio. "
        "Ask an admin to check that the studio's public address is reachable from the Internet.",
    ),
    Reason(
        "refused",
        Owner.INPUT,
        "The engine refused the order. Its own words are shown as the detail: "
        "change the input they name, then generate again.",
    ),
    Reason(
        "model_unknown",
        Owner.INPUT,
        "The engine does not offer this model. Choose another model, "
        "or ask an admin to have it enabled for the engine's account.",
    ),
    Reason(
        "wrong_key",
        Owner.ACCOUNT,
        "The engine does not accept the studio's key. An admin must correct it; the job waits.",
    ),
    Reason(
        "clock_wrong",
        Owner.ACCOUNT,
        "The engine does not accept the studio's signature because this server's clock differs "
        "from the engine's. An admin must set the clock right; the job waits.",
    ),
    Reason(
        "token_refused",
        Owner.WAIT,
        "The engine found the time in the studio's signature wrong. "
        "The studio signs anew and tries again by itself.",
    ),
    Reason(
        "key_not_allowed",
        Owner.ACCOUNT,
        "The engine's account may not do this with the studio's key. "
        "An admin must check the key's rights at the engine; the job waits.",
    ),
    Reason(
        "address_not_allowed",
        Owner.ACCOUNT,
        "The engine's account does not allow calls from this server's address. "
        "An admin must add it at the engine; the job waits.",
    ),
    Reason(
        "out_of_credit",
        Owner.ACCOUNT,
        "The engine's account is out of credit. An admin must top it up; the job waits.",
    ),
    Reason(
        "wrong_address",
        Owner.ACCOUNT,
        "There is no video engine at the configured address. "
        "An admin must correct the engine's address.",
    ),
    Reason(
        "rate_limited",
        Owner.WAIT,
        "The engine takes no more orders at the moment. The studio tries again by itself.",
    ),
    Reason(
        "engine_busy",
        Owner.WAIT,
        "The engine already renders as many videos as its account allows. "
        "The studio tries again by itself.",
    ),
    Reason(
        "engine_timeout",
        Owner.ENGINE,
        "The engine did not finish the video in its own time limit. Generate again later.",
    ),
    Reason(
        "engine_down",
        Owner.ENGINE,
        "The engine has a fault of its own or is under maintenance.",
    ),
    Reason(
        "cancelled_there",
        Owner.ENGINE,
        "The video was cancelled at the engine before it was finished.",
    ),
    Reason(
        "engine_failed",
        Owner.ENGINE,
        "The engine could not render the video and gave no reason we know. "
        "Its own words are shown as the detail.",
    ),
)


def reason_by_code(codes: Iterable[str]) -> Reason | None:
    """The reason of the first machine code that the table holds."""
    for code in codes:
        if code in BY_CODE:
            return REASONS[BY_CODE[code]]
    return None


def reason_for(codes: Iterable[str], text: str) -> Reason | None:
    """The reason by machine code, else by the engine's prose, else None."""
    if reason := reason_by_code(codes):
        return reason
    for pattern, code in BY_PROSE:
        if pattern.search(text):
            return REASONS[code]
    return None


def sentence_for(code: str) -> str:
    """Our sentence for a reason's id; for an id of another origin the general one."""
    return REASONS.get(code, REASONS["engine_failed"]).sentence
