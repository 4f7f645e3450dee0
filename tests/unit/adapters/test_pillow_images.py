"""Uploaded images: what is kept is the picture alone, and no file is believed."""

import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image

from zna_network.adapters.pillow_images import PillowImages
from zna_network.ports.images import UnreadableImageError


def _file(image: Image.Image, kind: str, **options: object) -> bytes:
    output = BytesIO()
    image.save(output, kind, **options)
    return output.getvalue()


def _bomb(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it is that large."""
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunk = struct.pack(">I", 13) + header + struct.pack(">I", zlib.crc32(header))
    return b"\x89PNG\r\n\x1a\n" + chunk


def test_keeps_the_picture_upright_on_white_and_nothing_else() -> None:
    turned = Image.Exif()
    turned[0x0112], turned[0x010E] = 6, "secret"
    clean = PillowImages().clean(
        _file(Image.new("RGB", (300, 100), "red"), "JPEG", exif=turned), longest_side=150
    )
    assert (clean.width, clean.height) == (50, 150)
    assert b"secret" not in clean.content
    see_through = _file(Image.new("RGBA", (10, 10), (0, 0, 0, 0)), "PNG")
    clean = PillowImages().clean(see_through, longest_side=150)
    assert clean.media_type == "image/png"
    assert Image.open(BytesIO(clean.content)).getpixel((5, 5)) == (255, 255, 255)


def test_a_picture_of_many_colours_is_kept_as_jpeg() -> None:
    colours = bytes(value * factor % 256 for value in range(160_000) for factor in (1, 3, 7))
    picture = Image.frombytes("RGB", (400, 400), colours[:480_000])
    shifted = Image.merge("RGB", (*picture.split()[:2], Image.effect_noise((400, 400), 90)))
    clean = PillowImages().clean(_file(shifted, "WEBP", lossless=True), longest_side=400)
    assert clean.media_type == "image/jpeg"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"%PDF-1.4",
        _file(Image.new("RGB", (50, 50)), "GIF"),
        _file(Image.new("RGB", (500, 500), "red"), "PNG")[:300],
        _bomb(30_000, 30_000),
        _bomb(100_000, 100_000),
    ],
    ids=["empty", "svg", "pdf", "gif", "cut", "huge", "bomb"],
)
def test_refuses_what_is_no_image_of_ours(content: bytes) -> None:
    with pytest.raises(UnreadableImageError):
        PillowImages().clean(content, longest_side=100)
