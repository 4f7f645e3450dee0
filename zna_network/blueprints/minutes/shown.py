"""The sections as the page that is written shows them: as they are stored, or as somebody has
just sent them when they could not be saved."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from zna_network.blueprints.minutes.forms import Sent
from zna_network.blueprints.minutes.states import conflict_state
from zna_network.models.minutes import ActionItem, Decision, Minutes, MinutesSection
from zna_network.services.minutes_text import PageOutcome, TextConflict
from zna_network.services.text_merging import fingerprint, normalised

_ALL_SAVED = PageOutcome((), {})


@dataclass(frozen=True)
class Kept:
    """What was sent and could not all be saved, so that nothing typed is lost.

    ``is_unsaved`` tells that nothing of it was; ``assembled`` are the texts to be shown with the
    other person's; ``errors`` are messages by field name."""

    sent: Sent
    outcome: PageOutcome = _ALL_SAVED
    assembled: Mapping[int, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    is_unsaved: bool = False


@dataclass(frozen=True)
class ShownSection:
    """``revision`` and ``seen`` go back with ``text``; ``conflict`` is the other person's."""

    section: MinutesSection
    rank: int
    text: str
    revision: int
    seen: str
    conflict: dict[str, Any] | None
    error: str
    decisions: list[Decision]
    actions: list[ActionItem]

    @property
    def is_unsaved(self) -> bool:
        """The page's script then saves it, as if it had just been typed."""
        return self.conflict is None and normalised(self.text) != self.section.text


def shown(
    sections: Iterable[MinutesSection],
    decisions: Iterable[Decision],
    actions: Iterable[ActionItem],
    kept: Kept | None,
) -> list[ShownSection]:
    decided: dict[int | None, list[Decision]] = defaultdict(list)
    agreed: dict[int | None, list[ActionItem]] = defaultdict(list)
    for decision in decisions:
        decided[decision.section_id].append(decision)
    for action in actions:
        agreed[action.section_id].append(action)
    rows = []
    for rank, section in enumerate(sections, start=1):
        text, revision, seen = _text(section, kept)
        conflict = _conflict(section, kept)
        rows.append(
            ShownSection(
                section=section,
                rank=rank,
                text=text,
                revision=revision,
                seen=seen,
                conflict=conflict_state(conflict) if conflict else None,
                error=kept.errors.get(f"text-{section.id}", "") if kept else "",
                decisions=decided[section.id],
                actions=agreed[section.id],
            )
        )
    return rows


def _text(section: MinutesSection, kept: Kept | None) -> tuple[str, int, str]:
    """The text, the revision it stands on and the fingerprint of what was seen before it."""
    if kept and section.id in kept.assembled:
        return kept.assembled[section.id], section.revision, fingerprint(section.text)
    if kept and (kept.is_unsaved or _conflict(section, kept)):
        for given in kept.sent.texts:
            if given.section_id == section.id:
                return given.text, given.revision, given.seen
    return section.text, section.revision, fingerprint(section.text)


def _conflict(section: MinutesSection, kept: Kept | None) -> TextConflict | None:
    conflicts = kept.outcome.conflicts if kept else ()
    return next((c for c in conflicts if c.section_id == section.id), None)


def shown_heading(minutes: Minutes, kept: Kept | None) -> dict[str, dict[str, str]]:
    """For each name: what its field holds, what was seen before, and who else has written there."""
    rows = {}
    for name in ("chair", "secretary"):
        stored: str = getattr(minutes, name)
        row = {"value": stored, "seen": stored, "taken": "", "error": ""}
        if kept and (kept.is_unsaved or name in kept.outcome.taken):
            row["value"] = getattr(kept.sent.heading, name)
            row["taken"] = kept.outcome.taken.get(name, "")
            row["error"] = kept.errors.get(name, "")
            if kept.is_unsaved:
                row["seen"] = getattr(kept.sent.heading, f"seen_{name}")
        rows[name] = row
    return rows
