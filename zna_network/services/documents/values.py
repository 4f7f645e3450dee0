"""What each Word document needs to know, as plain facts: no row, no session, no template.

Instants are aware. Texts are what people typed: several lines, "- " lists, any character.
``mappings`` turns these into the French placeholders that staff write in the templates.
"""

from dataclasses import dataclass
from datetime import date, datetime

from zna_network.models.invitation import Answer
from zna_network.models.minutes import ActionState, Presence


@dataclass(frozen=True)
class Issuer:
    """Who writes: the service in the letterhead. ``city`` is where letters are dated from."""

    name: str
    department: str = ""
    address: str = ""
    city: str = ""
    email: str = ""
    phone: str = ""


@dataclass(frozen=True)
class CommitteeFacts:
    name: str
    is_steering: bool = False
    led_by: str = ""


@dataclass(frozen=True)
class MeetingFacts:
    title: str
    starts_at: datetime
    ends_at: datetime
    place: str = ""
    visio_url: str = ""
    chair: str = ""
    facilitator: str = ""
    secretary: str = ""
    notice: str = ""


@dataclass(frozen=True)
class Attendee:
    """Somebody of the minutes' attendance list; ``represented_by`` counts for that presence."""

    name: str
    presence: Presence
    function: str = ""
    organisation: str = ""
    represented_by: str = ""


@dataclass(frozen=True)
class ExpectedAttendee:
    """A line of the attendance sheet; ``answer`` is none where no answer was given."""

    name: str
    function: str = ""
    organisation: str = ""
    answer: Answer | None = None
    represented_by: str = ""


@dataclass(frozen=True)
class AgendaPoint:
    """``minutes_allotted`` is a length in minutes; ``attachments`` are file names."""

    title: str
    presenter: str = ""
    minutes_allotted: int | None = None
    description: str = ""
    attachments: tuple[str, ...] = ()
    decision_awaited: str = ""


@dataclass(frozen=True)
class Topic:
    """An agenda item as it was discussed."""

    title: str
    presenter: str = ""
    text: str = ""


@dataclass(frozen=True)
class DecisionFacts:
    text: str
    owner: str = ""
    decided_on: date | None = None


@dataclass(frozen=True)
class ActionFacts:
    """``decided_on`` is the day of the meeting that gave birth to the action."""

    text: str
    owner: str = ""
    due_on: date | None = None
    state: ActionState = ActionState.OPEN
    decided_on: date | None = None

    def is_late(self, on: date) -> bool:
        """Still open on that day, though it was due before."""
        return self.state is ActionState.OPEN and self.due_on is not None and self.due_on < on


@dataclass(frozen=True)
class NextMeeting:
    starts_at: datetime
    ends_at: datetime | None = None
    place: str = ""


@dataclass(frozen=True)
class MinutesDocument:
    """The minutes are a draft while ``validated_at`` is none."""

    issuer: Issuer
    committee: CommitteeFacts
    meeting: MeetingFacts
    produced_at: datetime
    version: int = 1
    attendees: tuple[Attendee, ...] = ()
    topics: tuple[Topic, ...] = ()
    decisions: tuple[DecisionFacts, ...] = ()
    actions: tuple[ActionFacts, ...] = ()
    carried_over: tuple[ActionFacts, ...] = ()
    next_meeting: NextMeeting | None = None
    validated_at: datetime | None = None
    validated_by: str = ""


@dataclass(frozen=True)
class AttendanceSheetDocument:
    """``blank_rows`` is the number of lines left for people who come unannounced."""

    issuer: Issuer
    committee: CommitteeFacts
    meeting: MeetingFacts
    produced_at: datetime
    attendees: tuple[ExpectedAttendee, ...] = ()
    blank_rows: int = 5


@dataclass(frozen=True)
class AgendaDocument:
    issuer: Issuer
    committee: CommitteeFacts
    meeting: MeetingFacts
    produced_at: datetime
    points: tuple[AgendaPoint, ...] = ()
    open_actions: tuple[ActionFacts, ...] = ()


@dataclass(frozen=True)
class Addressee:
    """``civility`` is « Mme », « M. » or empty; ``salutation`` opens the letter (« Madame la
    Vice-Présidente ») and is made of the civility where it is empty."""

    name: str
    civility: str = ""
    salutation: str = ""
    function: str = ""
    organisation: str = ""
    address: str = ""


@dataclass(frozen=True)
class Signatory:
    name: str = ""
    function: str = ""


@dataclass(frozen=True)
class ConvocationDocument:
    """A letter to one person; ``reply_url`` is that person's own link."""

    issuer: Issuer
    committee: CommitteeFacts
    meeting: MeetingFacts
    addressee: Addressee
    produced_at: datetime
    signatory: Signatory = Signatory()
    points: tuple[AgendaPoint, ...] = ()
    reply_url: str = ""
    reply_before: date | None = None
    reference: str = ""
