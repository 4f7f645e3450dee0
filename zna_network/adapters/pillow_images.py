"""Uploaded images, decoded and written again with Pillow: what is served was drawn by us."""

import warnings
from io import BytesIO
from typing import TYPE_CHECKING

from zna_network.ports.images import CleanImage, UnreadableImageError

if TYPE_CHECKING:
    from PIL import Image

FORMATS = ("PNG", "JPEG", "WEBP")
MOST_PIXELS = 40_000_000
NOT_AN_IMAGE = "Ce fichier n’est pas une image lisible. Acceptés : PNG, JPEG ou WebP."


class PillowImages:
    def clean(self, content: bytes, *, longest_side: int) -> CleanImage:
        picture = _decoded(content)
        picture.thumbnail((longest_side, longest_side))
        return _encoded(picture)


def _decoded(content: bytes) -> "Image.Image":
    """Upright, in plain RGB on white. The declared size is judged before anything is unpacked."""
    from PIL import Image, ImageOps

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        try:
            with Image.open(BytesIO(content), formats=FORMATS) as opened:
                if opened.width * opened.height > MOST_PIXELS:
                    raise UnreadableImageError(
                        "Cette image est trop grande : "
                        f"{opened.width} × {opened.height} pixels. "
                        "Réduisez-la à 6 000 pixels de côté au plus."
                    )
                opened.load()
                upright = ImageOps.exif_transpose(opened).convert("RGBA")
        except UnreadableImageError:
            raise
        except Exception as error:  # Pillow's decoders raise nearly anything on a spoilt file.
            raise UnreadableImageError(NOT_AN_IMAGE) from error
    white = Image.new("RGBA", upright.size, "white")
    return Image.alpha_composite(white, upright).convert("RGB")


def _encoded(picture: "Image.Image") -> CleanImage:
    """PNG for a drawing, of few colours; JPEG for what weighs too much so."""
    output = BytesIO()
    if picture.getcolors(maxcolors=4096) is not None:
        picture.save(output, "PNG", optimize=True)
        media_type = "image/png"
    else:
        picture.save(output, "JPEG", quality=85, optimize=True, progressive=True)
        media_type = "image/jpeg"
    return CleanImage(output.getvalue(), media_type, picture.width, picture.height)
