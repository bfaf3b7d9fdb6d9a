"""Put picture, camera, mouth, mark and sound together into an MP4, one frame at a time."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import cv2

from jobs.sandbox.render.camera import Camera, frame_to_picture, movement_of, strength_of
from jobs.sandbox.render.face import Face, Mouth, draw_mouth, find_face
from jobs.sandbox.render.picture import (
    RING_LEVELS,
    Unseeable,
    frame_size,
    mark_overlay,
    open_picture,
    prepared,
    ring_overlays,
)
from jobs.sandbox.render.planes import Overlay, Planes, frame_buffer, to_planes, warp
from jobs.sandbox.render.reel import FRAME_RATE, STAMP_FRAME_RATE, Reel
from jobs.sandbox.render.sound import Take, Unhearable, hear


class Unrenderable(Exception):
    """One of the inputs cannot be used; ``owner`` is "image" or "audio"."""

    def __init__(self, owner: str, message: str) -> None:
        super().__init__(message)
        self.owner = owner


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderFacts:
    """What was rendered. Lengths in seconds; ``rate`` in frames per second."""

    duration_seconds: float
    audio_seconds: float
    rate: int
    frames: int
    width: int
    height: int
    size_bytes: int
    movement: str
    face_found: bool


@dataclass(slots=True)
class Scene:
    """Everything a frame is drawn from."""

    camera: Camera
    picture: Planes
    mouth: Mouth | None
    rings: list[Overlay]
    mark: Overlay | None

    def draw(self, frame: Planes, opening: float, progress: float, seconds: float) -> None:
        """Draw the frame at ``seconds`` into ``frame``."""
        if self.mouth:
            self.mouth.put(self.picture, opening)
        rows, columns = frame.luma.shape
        high, wide = self.picture.luma.shape
        view = self.camera.view(progress, seconds)
        if (high, wide) == (rows, columns) and view.zoom == 1.0:
            frame.put(self.picture, 0, 0)
        else:
            warp(self.picture, frame, frame_to_picture(view, (columns, rows), (wide, high)))
        if self.rings:
            self.rings[round(min(max(opening, 0.0), 1.0) * RING_LEVELS)].lay_on(frame)
        if self.mark:
            self.mark.lay_on(frame)


def render(
    image: Path,
    audio: Path,
    prompt: str,
    to: Path,
    *,
    size: str = "720p",
    mark: str = "SANDBOX",
    progress: Callable[[float], None] = lambda share: None,
) -> RenderFacts:
    """Write an H.264/AAC MP4 of ``image`` speaking ``audio`` to ``to``.

    ``size`` is "540p", "720p", "1080p" or "stamp" (tiny, with few frames): the box the picture's
    shape is fitted into. ``mark`` is drawn in the corner (empty: none). ``progress`` is called
    with 0..1 about once per second of film.
    The film is as long as the sound, within one frame; memory does not grow with it.
    Raises Unrenderable.
    """
    cv2.setNumThreads(1)  # the encoder's threads need the cores more
    try:
        take = hear(audio)
        scene, frame_box = _scene(image, prompt, size, mark)
    except Unhearable as error:
        raise Unrenderable("audio", str(error)) from error
    except Unseeable as error:
        raise Unrenderable("image", str(error)) from error
    rate = STAMP_FRAME_RATE if size == "stamp" else FRAME_RATE
    count = max(1, round(take.seconds * rate))
    with Reel(to, frame_box, audio, take, rate) as reel:
        _shoot(reel, scene, take, count, rate, progress)
    return RenderFacts(
        duration_seconds=count / rate,
        audio_seconds=take.seconds,
        rate=rate,
        frames=count,
        width=frame_box[0],
        height=frame_box[1],
        size_bytes=to.stat().st_size,
        movement=scene.camera.movement.value,
        face_found=scene.mouth is not None,
    )


def _scene(image: Path, prompt: str, size: str, mark: str) -> tuple[Scene, tuple[int, int]]:
    picture = open_picture(image)
    frame_box = frame_size(picture.width, picture.height, size)
    camera = Camera(movement_of(prompt), strength_of(prompt), (0.5, 0.5))
    rgb = prepared(picture, frame_box, camera.largest_zoom)
    face = find_face(rgb)
    mouth = draw_mouth(rgb, face) if face else None
    if face:
        camera = Camera(camera.movement, camera.strength, _share(face, rgb.shape[1], rgb.shape[0]))
    rings = [] if mouth else ring_overlays(frame_box)
    overlay = mark_overlay(mark, frame_box) if mark else None
    return Scene(camera, to_planes(rgb), mouth, rings, overlay), frame_box


def _share(face: Face, width: int, height: int) -> tuple[float, float]:
    """The middle of the face as shares of the picture's sides."""
    across, down = face.middle_x / width, (face.y + face.side / 2) / height
    return min(max(across, 0.0), 1.0), min(max(down, 0.0), 1.0)


def _shoot(
    reel: Reel,
    scene: Scene,
    take: Take,
    count: int,
    rate: int,
    progress: Callable[[float], None],
) -> None:
    openings = take.mouth(rate, count)
    # While one frame is encoded the next is drawn: both work outside Python's lock.
    sheets = [frame_buffer(*reel.frame_box) for _ in range(2)]

    def draw(index: int) -> None:
        share = index / max(count - 1, 1)
        scene.draw(sheets[index % 2][1], float(openings[index]), share, index / rate)

    with ThreadPoolExecutor(1, "painter") as painter:
        drawing = painter.submit(draw, 0)
        for index in range(count):
            drawing.result()
            if index + 1 < count:
                drawing = painter.submit(draw, index + 1)
            reel.add(sheets[index % 2][0])
            if index % rate == 0:
                progress(index / count)
