"""What the meeting's screen shows, in the shapes that its templates take."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from zna_network.blueprints.meeting_day.forms import EntryForm, NextMeetingForm
from zna_network.models.minutes import ActionItem, Decision, MinutesSection
from zna_network.services.context import Context
from zna_network.services.french_time import local_date, to_local
from zna_network.services.meeting_day.arrivals import link_of
from zna_network.services.meeting_day.live_entries import FIELDS, Kind, value_of
from zna_network.services.meeting_day.screen import Screen
from zna_network.services.text_merging import fingerprint


@dataclass(frozen=True)
class Notes:
    """The text of a section in its field. ``is_assembled`` when somebody else has written there
    meanwhile: the field then holds both texts, which nobody has saved yet."""

    section: MinutesSection
    text: str
    revision: int
    seen: str
    is_assembled: bool = False
    message: str = ""

    @classmethod
    def of(cls, section: MinutesSection) -> "Notes":
        return cls(section, section.text, section.revision, fingerprint(section.text))


@dataclass(frozen=True)
class ShownEntry:
    """A decision or an action as a line; ``fields`` are what the script takes it up again with."""

    kind: Kind
    entry: Decision | ActionItem

    @property
    def key(self) -> str:
        return self.entry.client_id or str(self.entry.id)

    @property
    def fields(self) -> dict[str, str]:
        return {name: value_of(self.entry, name) for name in FIELDS[self.kind]}

    @property
    def seen(self) -> dict[str, str]:
        return {name: fingerprint(value) for name, value in self.fields.items()}


def screen_values(
    ctx: Context,
    screen: Screen,
    *,
    section_id: int | None = None,
    notes: Notes | None = None,
    entry_form: EntryForm | None = None,
    next_form: NextMeetingForm | None = None,
    is_projected: bool = False,
    is_live: bool = False,
) -> dict[str, Any]:
    """``is_live`` for the parts that a script paints the time in: they then change only when
    something has happened."""
    section = notes.section if notes else screen.section_shown(section_id)
    meeting, day = screen.meeting, screen.day
    form = entry_form or EntryForm(formdata=None)
    form.section_id.data = section.id if section else None
    # The desk's script leaves the code alone; drawing it costs more than the rest of the answer.
    is_code_shown = screen.is_open and (is_projected or not is_live)
    link = link_of(ctx.settings, day) if day and is_code_shown else ""
    return {
        "screen": screen,
        "meeting": meeting,
        "committee": meeting.committee,
        "clock": screen.clock,
        "section": section,
        "notes": notes or (Notes.of(section) if section else None),
        "entries": entries_of(screen, section),
        # On the wall the latest comes first: it is the one that the room is looking for.
        "record": sorted(
            _entries(screen.decisions, screen.actions),
            key=lambda shown: shown.entry.created_at,
            reverse=True,
        ),
        "entry_form": form,
        "next_form": next_form or NextMeetingForm.after(meeting),
        "room_link": link,
        "room_code": ctx.ports.qr_codes.svg(link) if link else "",
        "now": ctx.now,
        "today": local_date(ctx.now),
        "is_projected": is_projected,
        "is_live": is_live,
        "storage_key": f"zna:{ctx.actor_id}:compte-rendu:{meeting.id}",
    }


def entries_of(screen: Screen, section: MinutesSection | None) -> list[ShownEntry]:
    return _entries(*screen.entries_of(section)) if section else []


def _entries(decisions: Sequence[Decision], actions: Sequence[ActionItem]) -> list[ShownEntry]:
    return [
        *(ShownEntry(Kind.DECISION, entry) for entry in decisions),
        *(ShownEntry(Kind.ACTION, entry) for entry in actions),
    ]


def text_state(section: MinutesSection) -> dict[str, Any]:
    """The notes as the script follows them."""
    return {
        "id": section.id,
        "text": section.text,
        "revision": section.revision,
        "seen": fingerprint(section.text),
        "author": section.updated_by.name if section.updated_by else "",
        "saved_at": f"{to_local(section.updated_at):%H:%M}",
    }
