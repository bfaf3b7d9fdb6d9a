"""How the channels of a recording become one, without losing the voice.

Plain averaging halves a voice that was recorded on one channel only, and deletes one whose channels
are opposite in phase (a common wiring fault of clip-on microphones).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assets.waveform import Samples

# 30 dB below the loudest channel is spill or hiss, not a second voice.
_LIVE_SHARE = 1e-3
# Two unrelated channels keep half of their energy in the mix; opposite ones keep almost none.
_CANCELLED_SHARE = 0.05


@dataclass(frozen=True, slots=True)
class Mixdown:
    """Weights of the channels, shape (channels,), summing to 1."""

    weights: NDArray[np.float32]

    def apply(self, samples: Samples) -> Samples:
        """Mix (channels, samples) to (1, samples); other channel counts are averaged."""
        if len(samples) != len(self.weights):
            return samples.mean(axis=0, keepdims=True, dtype=np.float32)
        return self.weights[np.newaxis, :] @ samples


class ChannelStudy:
    """Adds up how the channels of a recording relate, frame by frame."""

    def __init__(self) -> None:
        self._products: NDArray[np.float64] | None = None

    def add(self, samples: Samples) -> None:
        """Take the next samples, shape (channels, samples)."""
        products = (samples @ samples.T).astype(np.float64)
        if self._products is None:
            self._products = products
        elif products.shape == self._products.shape:
            self._products += products

    def mixdown(self) -> Mixdown:
        """The mean of the live channels, or the loudest alone where their mean cancels out."""
        if self._products is None:
            return Mixdown(np.ones(1, np.float32))
        energies = np.diag(self._products)
        live = energies >= energies.max() * _LIVE_SHARE
        weights = live / live.sum()
        mixed = float(weights @ self._products @ weights)
        if mixed < _CANCELLED_SHARE * float(energies[live].mean()):
            weights = np.arange(len(energies)) == int(energies.argmax())
        return Mixdown(weights.astype(np.float32))
