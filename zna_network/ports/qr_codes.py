"""QR codes."""

from typing import Protocol


class QrCodes(Protocol):
    def svg(self, payload: str) -> str:
        """An inline SVG image of ``payload``, without any script or outside reference."""
        ...

    def png(self, payload: str) -> bytes:
        """The same as a PNG file, for mail readers, which show no SVG."""
        ...
