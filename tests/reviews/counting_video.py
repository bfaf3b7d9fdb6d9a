"""Videos whose every frame tells its number.

In a counting video frame n is evenly grey, n * STEP bright; a numbered one shows n in bits, for
lengths and rates of any kind.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.container import OutputContainer
from playwright.sync_api import Page

FRAMES = 75
RATE = 25
STEP = 3


def write_counting_video(path: Path) -> None:
    """75 frames at 25 frames per second, 320 x 180, silent."""
    with av.open(str(path), "w") as file:
        stream = file.add_stream("libx264", rate=RATE)
        stream.width, stream.height, stream.pix_fmt = 320, 180, "yuv420p"
        stream.options = {"crf": "1", "g": "12", "bf": "0"}
        for number in range(FRAMES):
            grey = np.full((180, 320, 3), number * STEP, np.uint8)
            file.mux(stream.encode(av.VideoFrame.from_ndarray(grey, format="rgb24")))
        file.mux(stream.encode())


#: What a browser runs to read the number of the frame that it shows; without a picture, -1.
READ_FRAME = """() => {
  const video = document.querySelector("[data-video]");
  if (!video || video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return -1;
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 1;
  const pen = canvas.getContext("2d");
  pen.drawImage(video, 0, 0, 1, 1);
  return Math.round(pen.getImageData(0, 0, 1, 1).data[0] / 3);
}"""


def shows(page: Page, frame: int) -> None:
    """Waits until the picture itself is that of `frame`."""
    page.wait_for_function(f"() => ({READ_FRAME})() === {frame}")


#: Columns of a numbered video: black is 0, white is 1, the first is the highest bit.
BITS = 12


def write_numbered_video(
    path: Path, *, frames: int, rate: Fraction = Fraction(RATE), size: tuple[int, int] = (384, 216),
    sound: bool = False,
) -> None:  # fmt: skip
    """Any number of frames at any rate; each frame shows its number in `BITS` columns.

    Key frames stand half a second apart, as in a review copy. With `sound`, it has a silent track.
    """
    width, height = size
    with av.open(str(path), "w") as file:
        stream = file.add_stream("libx264", rate=rate)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.options = {"crf": "10", "g": "12", "bf": "0", "preset": "ultrafast"}
        if sound:
            _add_silence(file, float(frames / rate))
        columns = np.arange(width) * BITS // width
        for number in range(frames):
            bits = [255 if number >> (BITS - 1 - bit) & 1 else 0 for bit in range(BITS)]
            row = np.array(bits, np.uint8)[columns]
            picture = np.broadcast_to(row[None, :, None], (height, width, 3))
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="rgb24")
            file.mux(stream.encode(frame))
        file.mux(stream.encode())


def _add_silence(file: OutputContainer, seconds: float) -> None:
    stream = file.add_stream("aac", rate=48_000)
    for _ in range(int(seconds * 48_000 / 1024)):
        frame = av.AudioFrame.from_ndarray(
            np.zeros((1, 1024), np.float32), format="fltp", layout="mono"
        )
        frame.sample_rate = 48_000
        file.mux(stream.encode(frame))
    file.mux(stream.encode())


#: `number(video)`: what a browser runs to read the number in the picture of a numbered video.
NUMBER = """(video) => {
  const canvas = document.createElement("canvas");
  canvas.width = 12 * 8;
  canvas.height = 8;
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  pen.drawImage(video, 0, 0, canvas.width, canvas.height);
  const row = pen.getImageData(0, 4, canvas.width, 1).data;
  let number = 0;
  for (let bit = 0; bit < 12; bit += 1) {
    number = number * 2 + (row[(bit * 8 + 4) * 4] > 127 ? 1 : 0);
  }
  return number;
}"""
