"""A video whose every frame tells its number: frame n is evenly grey, n * STEP bright."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np

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


#: What a browser runs to read the number of the frame that it shows.
READ_FRAME = """() => {
  const video = document.querySelector("[data-video]");
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 1;
  const pen = canvas.getContext("2d");
  pen.drawImage(video, 0, 0, 1, 1);
  return Math.round(pen.getImageData(0, 0, 1, 1).data[0] / 3);
}"""
