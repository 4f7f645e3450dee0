"""The time, as an argument: nothing below the adapters reads the system clock."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    def now(self) -> datetime:
        """The current instant, time zone aware, in UTC."""
        ...
