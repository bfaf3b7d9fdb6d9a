"""What goes in: characters with their looks, audio takes, motion prompts."""

from assets.models.audio_take import AudioTake, TakeSource
from assets.models.character import ArtStyle, Character, CharacterKind, Look
from assets.models.prompt import MotionPrompt, Preset, PresetChanged, PresetVersion

__all__ = [
    "ArtStyle",
    "AudioTake",
    "Character",
    "CharacterKind",
    "Look",
    "MotionPrompt",
    "Preset",
    "PresetChanged",
    "PresetVersion",
    "TakeSource",
]
