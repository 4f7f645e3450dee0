"""QR codes."""

from typing import Protocol


class QrCodes(Protocol):
    def svg(self, payload: str) -> str:
        """An inline SVG image of ``payload``, without any script or outside reference."""
        ...
