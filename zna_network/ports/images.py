"""Images that people upload, made again so that nothing but the picture is kept."""

from dataclasses import dataclass
from typing import Protocol


class UnreadableImageError(Exception):
    """Why an image is not taken, in French."""


@dataclass(frozen=True)
class CleanImage:
    """Sizes are in pixels."""

    content: bytes
    media_type: str
    width: int
    height: int


class ImageCleaner(Protocol):
    def clean(self, content: bytes, *, longest_side: int) -> CleanImage:
        """The picture alone, upright, without its metadata, its longest side brought down to
        ``longest_side``. PNG, JPEG or WebP. Raises UnreadableImageError."""
        ...
