"""Colours of every kind of picture brought to 8-bit sRGB."""

import io

import numpy as np
from PIL import Image, ImageCms

_SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
_PROFILE_SPACES = {"RGB": "RGB ", "CMYK": "CMYK", "L": "GRAY"}


def to_srgb(image: Image.Image, icc_profile: bytes | None) -> Image.Image:
    """Convert any mode (palette, 16 bit, grey, CMYK, with alpha) to RGB in sRGB.

    Transparency is laid on white. A colour profile that is damaged or does not fit the pixels is
    ignored, as browsers do.
    """
    plain = _without_alpha(_eight_bit(image))
    if icc_profile and plain.mode in _PROFILE_SPACES:
        converted = _through_profile(plain, icc_profile)
        if converted is not None:
            return converted
    return plain.convert("RGB")


def _eight_bit(image: Image.Image) -> Image.Image:
    """Pillow's own convert() clips 16-bit grey at 255, which turns most of a picture white."""
    if not image.mode.startswith(("I", "F")):
        return image
    values = np.asarray(image, dtype=np.float64)
    full_scale = 65_535.0 if image.mode.startswith("I") else max(1.0, float(values.max(initial=0)))
    return Image.fromarray(np.clip(values * (255.0 / full_scale), 0, 255).astype(np.uint8))


def _without_alpha(image: Image.Image) -> Image.Image:
    """RGB, L or CMYK without transparency."""
    if not image.has_transparency_data:
        return image if image.mode in _PROFILE_SPACES else image.convert("RGB")
    layered = image.convert("RGBA")
    flat = Image.new("RGB", image.size, (255, 255, 255))
    flat.paste(layered, mask=layered.getchannel("A"))
    return flat


def _through_profile(image: Image.Image, icc_profile: bytes) -> Image.Image | None:
    try:
        profile = ImageCms.ImageCmsProfile(io.BytesIO(icc_profile))
        if profile.profile.xcolor_space != _PROFILE_SPACES[image.mode]:
            return None
        return ImageCms.profileToProfile(image, profile, _SRGB, outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return None
