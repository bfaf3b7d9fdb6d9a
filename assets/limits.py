"""What an engine accepts. Values of this kind belong to an engine's settings, never to a check."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class InputLimits:
    """The hard limits of one engine for its three inputs.

    Types are MIME types. Sizes are bytes, sides are pixels, lengths are seconds of decoded sound.
    ``image_max_ratio`` is long side over short side: 2.5 allows 1:2.5 up to 2.5:1.
    ``prompt_max_characters`` counts Unicode code points.
    """

    image_types: frozenset[str]
    image_max_bytes: int
    image_min_side: int
    image_max_ratio: float
    audio_types: frozenset[str]
    audio_max_bytes: int
    audio_min_seconds: float
    audio_max_seconds: float
    prompt_max_characters: int


# The strictest value of every engine found: what passes here passes everywhere. "MB" is read as
# 1,000,000 bytes because no engine says which megabyte it means and the smaller one is safe.
#: The longest audio that any known engine takes (docs/engines.md 5): a recording ends here.
LONGEST_RECORDING_SECONDS = 300

STRICT = InputLimits(
    image_types=frozenset({"image/jpeg", "image/png"}),
    image_max_bytes=10_000_000,
    image_min_side=300,
    image_max_ratio=2.5,
    audio_types=frozenset({"audio/mpeg", "audio/wav", "audio/mp4", "audio/aac"}),
    audio_max_bytes=5_000_000,
    audio_min_seconds=2.0,
    audio_max_seconds=60.0,
    prompt_max_characters=2_500,
)
