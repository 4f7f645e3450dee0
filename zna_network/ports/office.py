"""Turning a Word document into a PDF, where an office suite is installed."""

from typing import Protocol


class OfficeError(Exception):
    """The document could not be turned into a PDF; the message is in French and may be shown."""


class OfficeSuite(Protocol):
    def is_there(self) -> bool:
        """Whether this machine has one."""
        ...

    def to_pdf(self, docx: bytes) -> bytes:
        """Raises OfficeError: none is installed, it failed, or it took too long."""
        ...
