"""Two states of the same minutes side by side: any two validated versions, or one and the draft."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from zna_network.models.meeting import Meeting
from zna_network.models.minutes import Minutes, MinutesState
from zna_network.queries import minutes as queries
from zna_network.services.committee_access import readable_meeting
from zna_network.services.context import Context
from zna_network.services.errors import NotFoundError
from zna_network.services.minutes_access import NOT_STARTED, may_write
from zna_network.services.minutes_documents import draft_values, frozen_texts, next_number
from zna_network.services.minutes_review.word_changes import Block, blocks, count_changes

DRAFT = "brouillon"
UNKNOWN = "Cette version du compte-rendu n’existe pas, ou n’est pas ouverte à la lecture."
_PRESENCES = {
    "presents": "Présent",
    "a_distance": "À distance",
    "representes": "Représenté",
    "excuses": "Excusé",
    "absents": "Absent",
}


@dataclass(frozen=True)
class Side:
    """A state of the minutes: ``key`` names it in an address, ``number`` is none for the draft."""

    key: str
    label: str
    number: int | None
    texts: Sequence[Mapping[str, Any]]
    values: Mapping[str, Any]

    @property
    def is_draft(self) -> bool:
        return self.number is None


@dataclass(frozen=True)
class Part:
    """Something that the minutes tell, in both states. ``section_id`` and the ``revision`` of the
    draft's text are those of a point that can be brought back; ``was`` its title before."""

    title: str
    blocks: Sequence[Block]
    was: str = ""
    section_id: int | None = None
    revision: int | None = None

    @property
    def changes(self) -> int:
        return count_changes(self.blocks)

    @property
    def is_changed(self) -> bool:
        return bool(self.changes or self.was)


@dataclass(frozen=True)
class Comparison:
    """``sides`` are all those that may be compared, oldest first. Without two of them, ``before``
    and ``after`` are none."""

    meeting: Meeting
    minutes: Minutes
    sides: Sequence[Side]
    before: Side | None = None
    after: Side | None = None
    parts: Sequence[Part] = ()
    may_restore: bool = False

    @property
    def changed(self) -> list[Part]:
        return [part for part in self.parts if part.is_changed]

    @property
    def unchanged(self) -> list[Part]:
        return [part for part in self.parts if not part.is_changed and part.blocks]

    @property
    def restorable(self) -> list[Part]:
        """The points whose text the older version can give back to the draft."""
        if not self.may_restore:
            return []
        return [part for part in self.parts if part.revision is not None and part.changes]


def compare(ctx: Context, meeting_id: int, before: str = "", after: str = "") -> Comparison:
    """Two sides named by their keys; by default the last version against the draft, or the last
    two. The draft is compared by those who may write it. Raises NotFoundError."""
    meeting = readable_meeting(ctx, meeting_id)
    minutes = ctx.session.scalar(queries.with_everything(meeting_id))
    if minutes is None:
        raise NotFoundError(NOT_STARTED)
    sides = _sides(ctx, minutes)
    if len(sides) < 2:
        return Comparison(meeting, minutes, sides)
    one = _named(sides, before or sides[-2].key)
    two = _named(sides, after or sides[-1].key)
    may_restore = two.is_draft and not one.is_draft
    revisions = {s.id: s.revision for s in minutes.sections} if may_restore else {}
    parts = [*_topics(one, two, revisions), *_facts(one.values, two.values)]
    return Comparison(meeting, minutes, sides, one, two, parts, may_restore)


def _sides(ctx: Context, minutes: Minutes) -> list[Side]:
    sides = [
        Side(str(v.number), f"Version {v.number}", v.number, v.texts, v.values)
        for v in minutes.versions
    ]
    if minutes.state is MinutesState.DRAFT and may_write(ctx, minutes.meeting.committee):
        label = f"Brouillon de la version {next_number(ctx, minutes)}"
        texts, values = frozen_texts(ctx, minutes), draft_values(ctx, minutes)
        sides.append(Side(DRAFT, label, None, texts, values))
    return sides


def _named(sides: Sequence[Side], key: str) -> Side:
    found = next((side for side in sides if side.key == key), None)
    if found is None:
        raise NotFoundError(UNKNOWN)
    return found


def _topics(before: Side, after: Side, revisions: Mapping[int, int]) -> list[Part]:
    """In the order of ``after``; a point that has left follows."""
    old = {text["section_id"]: text for text in before.texts}
    new = {text["section_id"]: text for text in after.texts}
    parts = []
    for section_id in [*new, *(key for key in old if key not in new)]:
        one, two = old.get(section_id), new.get(section_id)
        title = str((two or one or {})["title"])
        was = str(one["title"]) if one and two and one["title"] != two["title"] else ""
        found = blocks(one["text"] if one else "", two["text"] if two else "")
        revision = revisions.get(section_id) if one else None
        parts.append(Part(title, found, was, section_id, revision))
    return parts


def _facts(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Part]:
    return [
        Part(title, blocks(tell(before), tell(after)))
        for title, tell in (
            ("Séance", _sitting),
            ("Présence", _presence),
            ("Décisions", _decisions),
            ("Actions", _actions),
        )
    ]


def _sitting(values: Mapping[str, Any]) -> str:
    sitting = values["reunion"]
    lines = (
        f"{sitting['date']}, {sitting['horaires']}",
        sitting["lieu"],
        f"Présidence : {sitting['president']}" if sitting["president"] else "",
        f"Secrétariat : {sitting['secretaire']}" if sitting["secretaire"] else "",
    )
    return "\n".join(line for line in lines if line)


def _presence(values: Mapping[str, Any]) -> str:
    return "\n".join(
        _joined(
            f"{person['nom']} : {label.lower()}"
            + (f" par {person['represente_par']}" if person["represente_par"] else ""),
            person["organisme"],
        )
        for key, label in _PRESENCES.items()
        for person in values[key]
    )


def _decisions(values: Mapping[str, Any]) -> str:
    return "\n".join(_joined(d["texte"], d["responsable"], d["date"]) for d in values["decisions"])


def _actions(values: Mapping[str, Any]) -> str:
    return "\n".join(
        _joined(
            a["texte"],
            a["responsable"],
            f"pour le {a['echeance']}" if a["echeance"] else "",
            a["etat"].lower(),
        )
        for a in [*values["actions_reportees"], *values["actions"]]
    )


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)
