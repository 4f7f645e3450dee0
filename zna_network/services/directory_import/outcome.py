"""The account of one line: what it does, and what a person may have to decide."""

from dataclasses import dataclass, field

from zna_network.models.directory_work import LineStatus

NEW = "new"
RECORD = "organisation:"
LINE = "line:"


@dataclass(frozen=True)
class Suggestion:
    """Another organisation that the line may be about. ``value`` is what choosing it stores:
    « organisation:12 » for a record, « line:3 » for the one that line 3 creates."""

    value: str
    label: str
    hint: str


@dataclass
class PlannedLine:
    """What one line does, in words that can be kept and shown. ``changes`` are {"label",
    "before", "after"}; ``first_of_new`` when it is the one that creates a record."""

    number: int
    status: LineStatus
    title: str
    organisation_id: int | None = None
    changes: list[dict[str, str]] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    suggestions: list[Suggestion] = field(default_factory=list)
