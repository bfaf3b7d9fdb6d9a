"""Small files for tests, built on the spot: good ones, and ones that mean harm.

Everything is bytes; `written(folder, name, data)` puts them on disk where a path is needed.
"""

from pathlib import Path

from tests.media.pictures import (
    SECRET,
    PictureMaker,
    huge_png_bomb,
    make_animated_webp,
    make_gif,
    make_jpeg,
    make_jpeg_with_gps_and_orientation,
    make_png,
    make_webp,
    picture,
    png_chunk,
    saved,
    svg,
)
from tests.media.sounds import (
    Pipe,
    concat_of,
    encoded_sound,
    lying_wav_header,
    make_aac,
    make_alac,
    make_flac,
    make_fragmented_m4a,
    make_m4a,
    make_m4a_index_first,
    make_mp3,
    make_mp3_without_length,
    make_ogg_opus,
    make_protected_m4a,
    make_wav,
    make_webm_opus,
    mp3_with_artist,
    mp3_with_cover,
    playlist_of,
    voice,
    wav_header,
)
from tests.media.videos import (
    make_video,
    number_of,
    numbered_frame,
)

__all__ = [
    "SECRET",
    "PictureMaker",
    "Pipe",
    "concat_of",
    "encoded_sound",
    "huge_png_bomb",
    "lying_wav_header",
    "make_aac",
    "make_alac",
    "make_animated_webp",
    "make_flac",
    "make_fragmented_m4a",
    "make_gif",
    "make_jpeg",
    "make_jpeg_with_gps_and_orientation",
    "make_m4a",
    "make_m4a_index_first",
    "make_mp3",
    "make_mp3_without_length",
    "make_ogg_opus",
    "make_png",
    "make_protected_m4a",
    "make_video",
    "make_wav",
    "make_webm_opus",
    "make_webp",
    "mp3_with_artist",
    "mp3_with_cover",
    "number_of",
    "numbered_frame",
    "picture",
    "playlist_of",
    "png_chunk",
    "saved",
    "svg",
    "voice",
    "wav_header",
    "written",
]


def written(folder: Path, name: str, data: bytes) -> Path:
    """Put bytes into a file of the folder and return its path."""
    path = folder / name
    path.write_bytes(data)
    return path
