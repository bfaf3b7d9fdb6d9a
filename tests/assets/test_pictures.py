"""Pictures as people send them."""

import io
import os
import time
import tracemalloc

import numpy as np
import pytest
from PIL import Image, ImageCms

from assets.pictures import MAX_CLEAN_BYTES, CleanPicture, clean_picture, thumbnail
from assets.probing import Refused
from tests import media

RED = (160, 10, 20)


def cleaned(data: bytes) -> CleanPicture:
    return clean_picture(io.BytesIO(data))


def opened(picture: CleanPicture) -> Image.Image:
    return Image.open(io.BytesIO(picture.data))


def refusal(data: bytes) -> Refused:
    with pytest.raises(Refused) as caught:
        cleaned(data)
    assert caught.value.sentence.endswith(".")
    return caught.value


@pytest.mark.parametrize(
    ("data", "content_type", "extension"),
    [
        (media.make_jpeg(640, 480), "image/jpeg", ".jpg"),
        (media.make_png(640, 480), "image/png", ".png"),
        (media.make_webp(640, 480), "image/jpeg", ".jpg"),
        (media.make_webp(640, 480, lossless=True), "image/png", ".png"),
    ],
    ids=["jpeg", "png", "webp", "lossless webp"],
)
def test_jpeg_png_and_webp_come_out_as_jpeg_or_png(
    data: bytes, content_type: str, extension: str
) -> None:
    picture = cleaned(data)
    assert (picture.width, picture.height) == (640, 480)
    assert (picture.content_type, picture.extension) == (content_type, extension)
    assert Image.MIME[opened(picture).format or ""] == content_type
    assert len(picture.sha256) == 64


def test_a_png_keeps_every_pixel() -> None:
    assert np.array_equal(
        np.asarray(opened(cleaned(media.make_png(320, 300)))),
        np.asarray(media.picture(320, 300)),
    )


def test_a_phone_picture_stands_upright() -> None:
    picture = cleaned(media.make_jpeg_with_gps_and_orientation(640, 480))
    assert (picture.width, picture.height) == (480, 640)
    upper_left = np.asarray(opened(picture))[10, 10]
    assert np.allclose(upper_left, RED, atol=12)


def test_every_orientation_comes_out_the_same() -> None:
    upright = media.picture(360, 480)
    stored_as = {
        1: None,
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    for orientation, turn in stored_as.items():
        exif = Image.Exif()
        exif[0x0112] = orientation
        stored = upright if turn is None else upright.transpose(turn)
        picture = cleaned(media.saved(stored, "PNG", exif=exif))
        assert np.array_equal(np.asarray(opened(picture)), np.asarray(upright)), orientation


def test_gps_artist_and_comment_are_gone_from_the_bytes() -> None:
    source = media.make_jpeg_with_gps_and_orientation()
    assert source.count(media.SECRET.encode()) == 2
    assert b"Exif" in source
    clean = cleaned(source).data
    for trace in (media.SECRET.encode(), b"Exif", b"\xff\xe1", b"\xff\xfe", b"GPS"):
        assert trace not in clean


def test_text_in_a_png_and_exif_in_a_webp_are_gone_too() -> None:
    exif = Image.Exif()
    exif[0x013B] = media.SECRET
    webp = media.saved(media.picture(320, 320), "WEBP", lossless=True, exif=exif)
    plain = media.make_png(320, 320)
    text = media.png_chunk(b"tEXt", b"Comment\x00" + media.SECRET.encode())
    png = plain[:33] + text + plain[33:]
    for source in (webp, png):
        assert media.SECRET.encode() in source
        assert media.SECRET.encode() not in cleaned(source).data


@pytest.mark.filterwarnings("ignore:Corrupt EXIF")
def test_a_damaged_exif_block_does_not_stop_a_good_picture() -> None:
    source = media.saved(
        media.picture(320, 320), "JPEG", exif=b"Exif\x00\x00MM\x00*\xff\xff\xff\xff"
    )
    assert cleaned(source).width == 320


def test_a_phone_jpeg_with_a_second_picture_inside_is_a_still_picture() -> None:
    first, second = media.picture(400, 300), media.picture(100, 75)
    source = media.saved(first, "MPO", save_all=True, append_images=[second])
    assert (cleaned(source).width, cleaned(source).height) == (400, 300)


@pytest.mark.parametrize("mode", ["L", "P", "LA", "RGBA", "CMYK", "1"])
def test_every_kind_of_pixel_becomes_rgb_of_the_same_brightness(mode: str) -> None:
    source = media.picture(400, 300, mode)
    clean = opened(cleaned(media.saved(source, "JPEG" if mode == "CMYK" else "PNG")))
    assert clean.mode == "RGB"
    expected = np.asarray(media.picture(400, 300, "L"), float).mean()
    assert abs(np.asarray(clean.convert("L"), float).mean() - expected) < 3


def test_sixteen_bit_grey_does_not_turn_white() -> None:
    grey = np.asarray(media.picture(400, 300, "L"))
    source = media.saved(Image.fromarray(grey.astype(np.uint16) * 257), "PNG")
    clean = np.asarray(opened(cleaned(source)).convert("L"))
    assert np.abs(clean.astype(int) - grey).max() <= 1


def test_transparency_is_laid_on_white() -> None:
    see_through = Image.new("RGBA", (300, 300), (0, 0, 0, 0))
    assert opened(cleaned(media.saved(see_through, "PNG"))).getpixel((9, 9)) == (255, 255, 255)


def test_a_foreign_colour_profile_is_converted_and_dropped() -> None:
    # A profile in Lab with an RGB picture does not fit and must do no harm.
    misfit = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    plain = cleaned(media.make_png(320, 300))
    assert (
        cleaned(media.saved(media.picture(320, 300), "PNG", icc_profile=misfit)).data == plain.data
    )
    # Red and green change places in this profile: a converted picture shows it.
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    swapped = srgb.replace(b"rXYZ", b"tmp_").replace(b"gXYZ", b"rXYZ").replace(b"tmp_", b"gXYZ")
    clean = opened(cleaned(media.saved(media.picture(320, 300), "PNG", icc_profile=swapped)))
    red, green, _ = clean.getpixel((5, 5))  # type: ignore[misc]
    assert green > red
    assert "icc_profile" not in clean.info


def test_a_very_large_picture_is_scaled_down_with_its_ratio() -> None:
    picture = cleaned(media.make_jpeg(6000, 3000))
    assert (picture.width, picture.height) == (4096, 2048)


def test_a_png_that_would_be_too_large_becomes_a_jpeg_that_fits() -> None:
    noise = np.random.default_rng(7).integers(0, 255, (2200, 2200, 3), np.uint8)
    picture = cleaned(media.saved(Image.fromarray(noise), "PNG", compress_level=1))
    assert picture.content_type == "image/jpeg"
    assert len(picture.data) <= MAX_CLEAN_BYTES


def test_a_picture_of_thirty_thousand_pixels_a_side_is_refused_before_decoding() -> None:
    bomb = media.huge_png_bomb()
    assert len(bomb) < 500
    tracemalloc.start()
    begun = time.thread_time()
    error = refusal(bomb)
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert time.thread_time() - begun < 0.5
    assert peak_bytes < 1_000_000
    assert error.code == "picture.pixels"
    assert "30,000 × 30,000 px (900 megapixels)" in error.sentence
    assert "60 megapixels" in error.sentence


def test_a_webp_or_jpeg_header_that_lies_about_its_size_is_refused() -> None:
    jpeg = bytearray(media.make_jpeg(320, 320))
    at = jpeg.index(b"\xff\xc0")
    jpeg[at + 5 : at + 9] = b"\xff\xff\xff\xff"
    assert refusal(bytes(jpeg)).code == "picture.pixels"
    frame = b"VP8X" + (10).to_bytes(4, "little") + bytes(4) + b"\xff\x3f\x00\xff\x3f\x00"
    webp = b"RIFF" + (len(frame) + 4).to_bytes(4, "little") + b"WEBP" + frame
    assert "16,384 × 16,384 px" in refusal(webp).sentence


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (media.make_gif(), "This is a GIF picture."),
        (media.svg(), "This is an SVG drawing."),
        (b"dear diary, this is no picture\n" * 50, "This is a text file."),
        (b"<!DOCTYPE html><html><body>502 Bad Gateway</body></html>", "This is a web page."),
        (b"%PDF-1.7\n\x00\x01", "This is a PDF document."),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00", "This is a HEIC picture."),
        (media.make_wav(0.1), "This is a WAV recording."),
    ],
    ids=["gif", "svg", "text", "html", "pdf", "heic", "wav"],
)
def test_another_kind_of_file_is_refused_by_what_it_is(data: bytes, words: str) -> None:
    error = refusal(data)
    assert error.code == "picture.type"
    assert error.sentence.startswith(words)
    assert "Send a JPEG, PNG or WebP picture." in error.sentence


def test_unknown_bytes_are_refused() -> None:
    assert refusal(os.urandom(8) + b"\x00\xfe" * 500).code == "picture.type"


def test_an_empty_file_is_refused() -> None:
    error = refusal(b"")
    assert error.code == "picture.empty"
    assert "0 bytes" in error.sentence


@pytest.mark.parametrize("make", [media.make_jpeg, media.make_png, media.make_webp])
def test_a_cut_off_picture_is_refused(make: media.PictureMaker) -> None:
    whole = make(640, 480)
    assert refusal(whole[: len(whole) // 2]).code == "picture.damaged"


def test_a_moving_webp_is_refused() -> None:
    error = refusal(media.make_animated_webp())
    assert error.code == "picture.animated"
    assert "moves" in error.sentence


class _Endless(io.RawIOBase):
    """200 MB that count how much of them was read."""

    taken = 0

    def read(self, size: int = -1) -> bytes:
        size = min(size, 200_000_000 - self.taken)
        self.taken += size
        return b"\xff\xd8\xff" + bytes(size - 3)


def test_two_hundred_megabytes_are_refused_without_reading_them_all() -> None:
    source = _Endless()
    with pytest.raises(Refused) as caught:
        clean_picture(source)  # type: ignore[arg-type]
    assert caught.value.code == "picture.bytes"
    assert "50 MB" in caught.value.sentence
    assert source.taken <= 50_000_001


def test_a_thumbnail_is_a_small_webp_that_is_never_enlarged() -> None:
    picture = cleaned(media.make_jpeg(1200, 600))
    small = Image.open(io.BytesIO(thumbnail(picture.data, 320)))
    assert (small.format, small.size) == ("WEBP", (320, 160))
    tiny = cleaned(media.make_png(100, 80))
    assert Image.open(io.BytesIO(thumbnail(tiny.data, 320))).size == (100, 80)
