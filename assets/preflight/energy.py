"""How lively a voice is: measured in the take, obeyed by the prompt."""

from typing import Literal, get_args

Energy = Literal["calm", "even", "energetic"]
ENERGIES: tuple[Energy, ...] = get_args(Energy)
