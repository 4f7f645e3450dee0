"""The tables of the bilan, with what each must not tell (services/disclosure.py).

A figure counts referrals, rights or euros, but what is protected is people: a row of fewer than
five people at some level (referred, accepted, opened…) has its figures of that level hidden, and
enough others with them that the total does not give it back.

Commune, neighbourhood, lot and barometer class are sums of the same origins, and hidden together.
A person may have several causes, senders or receivers: those tables add up to the total in
referrals and in euros, not in people, and are hidden as if they did. Nothing adds the referrals of
several rights up."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import compress
from typing import Any

from zna_network.models.referral import NonTakeUpCause
from zna_network.models.territory import TargetGroup
from zna_network.services.disclosure import (
    Cell,
    Hidden,
    hidden_in_linked_tables,
    hidden_in_table,
    is_total_hidden,
    small_cells,
)
from zna_network.services.french_time import month_and_year
from zna_network.services.place_tables import UNKNOWN, Origin, Places, cells_of
from zna_network.services.referrals.bilan_columns import Column
from zna_network.services.referrals.bilan_facts import Facts
from zna_network.services.referrals.bilan_tallies import (
    Tally,
    add_openings,
    by_person,
    by_referral,
)
from zna_network.services.referrals.bilan_values import (
    FROM_REFERRAL,
    BilanRow,
    BilanTable,
    Level,
    Measure,
)

TOTAL = "Ensemble"
CLASSES = {3: "Classe 3", 4: "Classe 4", 5: "Classe 5"}
MILD, UNCLASSED = "Classes 1 et 2", "Sans classe"
_ONE_PLACE = "Chaque personne compte là où la situe sa dernière orientation."
_SEVERAL = "Une même personne peut compter à plusieurs lignes."
_SEVERAL_RIGHTS = (
    "Une orientation compte pour chacun de ses droits : les orientations ne s’additionnent pas."
)
_MONTHS = (
    "Les orientations comptent au mois où elles sont faites, les droits au mois où leur ouverture "
    "est enregistrée."
)
# By keys that each caller knows the kind of.
Tallies = dict[Any, Tally]
# The labels of a table in order, with what each counts.
Lines = Mapping[str, Tally]
HiddenAt = Mapping[Level, Hidden]


@dataclass(frozen=True)
class Made:
    total: BilanRow
    tables: Sequence[BilanTable]


def tables_of(facts: Facts) -> Made:
    by_origin, by_group = _by_home(facts)
    whole = Tally()
    for tally in by_origin.values():
        whole.add(tally)
    few = {level for level in Level if is_total_hidden(whole.people[level])}
    tables = [
        *_place_tables(facts, by_origin),
        _table("groups", "Par public cible", tuple(Measure), _group_lines(by_group)),
        _table("rights", "Par droit", FROM_REFERRAL, _right_lines(facts), _SEVERAL_RIGHTS),
        _table("causes", "Par cause de non-recours", FROM_REFERRAL, _cause_lines(facts), _SEVERAL),
        _table(
            "senders", "Par organisme qui oriente", FROM_REFERRAL,
            _organisation_lines(facts, facts.senders), _SEVERAL,
        ),
        _table(
            "receivers", "Par organisme destinataire", FROM_REFERRAL,
            _organisation_lines(facts, facts.receivers), _SEVERAL,
        ),
        _table("months", "Par mois", FROM_REFERRAL, _month_lines(facts), f"{_MONTHS} {_SEVERAL}"),
    ]  # fmt: skip
    return Made(
        BilanRow(TOTAL, whole.values(), _measures_of(few)),
        [_without(table, few) for table in tables],
    )


def _by_home(facts: Facts) -> tuple[Tallies, Tallies]:
    """By origin and by target group: each person has one of both, and is counted once."""
    found = by_person(len(facts.homes), facts.home_of, facts.referrals, facts.openings)
    by_origin: Tallies = defaultdict(Tally)
    by_group: Tallies = defaultdict(Tally)
    met = [(home, Tally(people=Counter({Level.MET: number}))) for home, number in facts.others]
    for (origin, group), tally in [*zip(facts.homes, found, strict=True), *met]:
        by_origin[origin].add(tally)
        by_group[group].add(tally)
    return by_origin, by_group


def _by_referral(facts: Facts, column: Column) -> Tallies:
    tallies = by_referral(len(column.keys), column.ranks, facts.referrals)
    ranks = list(map(column.ranks.__getitem__, facts.openings.places))
    add_openings(tallies, ranks, facts.openings)
    return dict(zip(column.keys, tallies, strict=True))


def _place_tables(facts: Facts, by_origin: Tallies) -> list[BilanTable]:
    places = Places(facts.territory)
    shapes: tuple[tuple[str, str, Sequence[str], Callable[[Origin], str]], ...] = (
        ("lots", "Par lot", places.lots, places.lot),
        ("communes", "Par commune", places.communes, places.commune),
        ("qpvs", "Par quartier prioritaire", places.qpvs, places.qpv),
        (
            "classes", "Par classe du baromètre", [*CLASSES.values(), MILD, UNCLASSED],
            lambda origin: _class_label(places.barometer_class(origin)),
        ),
    )  # fmt: skip
    hidden: list[dict[Level, Hidden]] = [{} for _ in shapes]
    for level in Level:
        counts = {origin: tally.people[level] for origin, tally in by_origin.items()}
        cells = [cells_of(counts, labels, label_of) for _, _, labels, label_of in shapes]
        for number, places_hidden in enumerate(hidden_in_linked_tables(cells)):
            hidden[number][level] = places_hidden
    return [
        BilanTable(
            key,
            title,
            tuple(Measure),
            _rows(_merged(by_origin, labels, label_of), found),
            _ONE_PLACE,
        )
        for (key, title, labels, label_of), found in zip(shapes, hidden, strict=True)
    ]


def _merged(tallies: Tallies, labels: Sequence[str], label_of: Callable[[Origin], str]) -> Lines:
    lines = {label: Tally() for label in labels}
    for origin, tally in tallies.items():
        lines[label_of(origin)].add(tally)
    return lines


def _class_label(number: int | None) -> str:
    return UNCLASSED if number is None else CLASSES.get(number, MILD)


def _group_lines(tallies: Tallies) -> Lines:
    lines = {group.label: tallies.get(group.value, Tally()) for group in TargetGroup}
    return {**lines, UNKNOWN: tallies.get(None, Tally())}


def _cause_lines(facts: Facts) -> Lines:
    tallies = _by_referral(facts, facts.causes)
    lines = {cause.label: tallies.get(cause.value, Tally()) for cause in NonTakeUpCause}
    return {**lines, UNKNOWN: tallies.get(None, Tally())}


def _organisation_lines(facts: Facts, column: Column) -> Lines:
    """Those that have some, in the directory's order; two may bear one name."""
    tallies = _by_referral(facts, column)
    lines: dict[str, Tally] = {}
    for key, name in facts.organisations.items():
        if key in tallies:
            lines[name if name not in lines else f"{name} (n° {key})"] = tallies[key]
    return lines


def _right_lines(facts: Facts) -> Lines:
    """A referral is there once for each of its rights."""
    whose, is_accepted = facts.referrals.people, facts.referrals.accepted
    opened = facts.openings.rights
    found = [Tally() for _ in opened.keys]
    add_openings(found, opened.ranks, facts.openings)
    tallies: Tallies = defaultdict(Tally, zip(opened.keys, found, strict=True))
    for right, places in facts.asked.items():
        accepted = list(compress(places, map(is_accepted.__getitem__, places)))
        tally = tallies[right]
        tally.referrals, tally.accepted = len(places), len(accepted)
        tally.people[Level.REFERRED] = len(set(map(whose.__getitem__, places)))
        tally.people[Level.ACCEPTED] = len(set(map(whose.__getitem__, accepted)))
    return {
        right.label: tallies.get(right.code, Tally())
        for right in facts.territory.rights
        if right.is_active or right.code in tallies
    }


def _month_lines(facts: Facts) -> Lines:
    tallies = by_referral(len(facts.months), facts.made_in, facts.referrals)
    add_openings(tallies, facts.openings.ranks, facts.openings)
    return {
        month_and_year(month): tally for month, tally in zip(facts.months, tallies, strict=True)
    }


def _table(
    key: str, title: str, measures: Sequence[Measure], lines: Lines, note: str = ""
) -> BilanTable:
    """``Level.REFERRED`` and ``Level.ACCEPTED`` of rights are parts of no total."""
    hidden = {}
    for level in Level:
        cells = [Cell(label, tally.people[level]) for label, tally in lines.items()]
        has_total = key != "rights" or level not in {Level.REFERRED, Level.ACCEPTED}
        hidden[level] = (hidden_in_table if has_total else small_cells)(cells)
    return BilanTable(key, title, measures, _rows(lines, hidden), note)


def _rows(lines: Lines, hidden: HiddenAt) -> list[BilanRow]:
    return [
        BilanRow(
            label,
            tally.values(),
            _measures_of({level for level, places in hidden.items() if place in places}),
        )
        for place, (label, tally) in enumerate(lines.items())
    ]


def _measures_of(levels: set[Level]) -> frozenset[Measure]:
    return frozenset(measure for measure in Measure if measure.levels & levels)


def _without(table: BilanTable, few: set[Level]) -> BilanTable:
    """Where the total itself is of a few people, nothing of that level is told."""
    hidden = _measures_of(few)
    return replace(table, rows=[replace(row, hidden=row.hidden | hidden) for row in table.rows])
