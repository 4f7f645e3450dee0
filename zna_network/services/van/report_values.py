"""What people say of a trip, checked as a whole: each problem beside its own field."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from zna_network.models.booking import Stop
from zna_network.models.territory import TargetGroup
from zna_network.services.clean_values import clean_text
from zna_network.services.errors import ConflictError, InvalidError
from zna_network.services.french_time import long_datetime
from zna_network.services.organisation_values import Checks
from zna_network.services.sensitive_text import refuse_sensitive
from zna_network.services.unit_of_work import CHANGED_MEANWHILE

# Those met who are in none of the four publics, or of whom nobody knows.
OTHERS = ""
OTHERS_LABEL = "Autres, ou sans précision"
GROUPS: tuple[tuple[str, str], ...] = (
    *((group.value, group.label) for group in TargetGroup),
    (OTHERS, OTHERS_LABEL),
)
MOST_PEOPLE, MOST_REFERRALS, LONGEST_WORDS = 2000, 2000, 2000
DONE_OR_NOT = "Dites si cette étape a eu lieu."
NOT_DONE_BUT_MET = "Des personnes sont comptées à une étape qui n’a pas eu lieu."


@dataclass(frozen=True)
class StopReport:
    """``people`` by target group (``OTHERS`` for those in none); a group left out met nobody."""

    stop_id: int
    was_done: bool | None
    people: Mapping[str, int | None] = field(default_factory=dict)


@dataclass(frozen=True)
class ReportData:
    stops: tuple[StopReport, ...]
    referrals_made: int | None = 0
    words: str = ""


def done_field(stop_id: int) -> str:
    """The name of the field that says whether this stop was made: by its id, so that nothing goes
    to another stop when the trip was changed meanwhile."""
    return f"stop-{stop_id}-was_done"


def count_field(stop_id: int, group: str) -> str:
    return f"stop-{stop_id}-{group or 'others'}"


@dataclass(frozen=True)
class CleanReport:
    """In the order of the trip's stops."""

    done: tuple[bool, ...]
    people: tuple[dict[str, int], ...]
    referrals_made: int
    words: str

    @property
    def in_words(self) -> str:
        """« 2 étapes faites sur 3, 27 personnes rencontrées, 5 orientations »."""
        met = sum(sum(counts.values()) for counts in self.people)
        return ", ".join(
            (
                f"{_counted(sum(self.done), 'étape faite', 'étapes faites')} sur {len(self.done)}",
                _counted(met, "personne rencontrée", "personnes rencontrées"),
                _counted(self.referrals_made, "orientation", "orientations"),
            )
        )


def clean(stops: Sequence[Stop], data: ReportData, now: datetime) -> CleanReport:
    """Raises ConflictError when the stops are no longer those of the form, InvalidValuesError with
    all that is wrong otherwise."""
    told = {one.stop_id: one for one in data.stops}
    if set(told) != {stop.id for stop in stops} or len(told) != len(data.stops):
        raise ConflictError(CHANGED_MEANWHILE)
    checks = Checks()
    clean_stops = [_stop(checks, stop, told[stop.id], now) for stop in stops]
    referrals = checks.take(
        lambda: _within(data.referrals_made, MOST_REFERRALS, "referrals_made"), 0
    )
    words = checks.take(lambda: _words(data.words), "")
    checks.finish()
    return CleanReport(
        done=tuple(done for done, _people in clean_stops),
        people=tuple(people for _done, people in clean_stops),
        referrals_made=referrals,
        words=words,
    )


def _stop(
    checks: Checks, stop: Stop, said: StopReport, now: datetime
) -> tuple[bool, dict[str, int]]:
    done = checks.take(lambda: _done(stop, said, now), False)
    counts = {
        group: checks.take(
            partial(_within, said.people.get(group), MOST_PEOPLE, count_field(stop.id, group)),
            0,
        )
        for group, _label in GROUPS
    }
    met = {group: count for group, count in counts.items() if count}
    if met and said.was_done is False:
        checks.refuse(NOT_DONE_BUT_MET, done_field(stop.id))
    return done, met


def _done(stop: Stop, said: StopReport, now: datetime) -> bool:
    if said.was_done is None:
        raise InvalidError(DONE_OR_NOT, field=done_field(stop.id))
    if said.was_done and stop.starts_at > now:
        raise InvalidError(
            f"Cette étape est prévue le {long_datetime(stop.starts_at)} : elle n’a pas encore pu "
            "avoir lieu.",
            field=done_field(stop.id),
        )
    return said.was_done


def _within(number: int | None, most: int, field_name: str) -> int:
    if number is not None and not 0 <= number <= most:
        raise InvalidError(f"Écrivez un nombre de 0 à {most}.", field=field_name)
    return number or 0


def _words(typed: str) -> str:
    words = clean_text(typed, field="words", limit=LONGEST_WORDS)
    return refuse_sensitive(words, field="words")


def _counted(number: int, one: str, many: str) -> str:
    return f"{number} {one if number < 2 else many}"
