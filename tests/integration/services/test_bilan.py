"""The bilan: exact for the team, without small cells for the others and in files."""

import random
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from io import BytesIO

import docx
import openpyxl
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.acting import acting_as
from tests.factories.accounts import make_user
from tests.factories.organisations import make_organisation
from tests.factories.referrals import make_outcome, make_person, make_referral
from tests.statements import cost
from tests.world import FrozenClock
from zna_network.models.account import Role
from zna_network.models.audit import AuditEvent
from zna_network.models.organisation import Organisation
from zna_network.models.person import Diagnostic, Person
from zna_network.models.referral import (
    NonTakeUpCause,
    OutcomeResult,
    Referral,
    ReferralState,
    Step,
)
from zna_network.models.territory import Commune, Lot, Qpv, TargetGroup
from zna_network.services.context import Context
from zna_network.services.disclosure import THRESHOLD
from zna_network.services.errors import ForbiddenError, InvalidError
from zna_network.services.referrals.bilan import (
    WHOLE,
    BilanPeriod,
    bilan_for_reader,
    published_bilan,
)
from zna_network.services.referrals.bilan_export import export_bilan
from zna_network.services.referrals.bilan_report import bilan_report
from zna_network.services.referrals.bilan_values import Bilan, BilanTable, Measure

ARRAS, ACHICOURT, BASSEUX = "62041", "62004", "62085"
NOW = datetime(2026, 12, 3, 9, tzinfo=UTC)
OCTOBER, NOVEMBER = datetime(2026, 10, 6, 9, tzinfo=UTC), datetime(2026, 11, 4, 9, tzinfo=UTC)
# Whose figure each is: a year is twelve months and what is paid once.
BEHIND = {
    Measure.MET: ("met",), Measure.REFERRED: ("referred",), Measure.REFERRALS: ("referred",),
    Measure.ACCEPTED: ("accepted",), Measure.OPENED: ("opened",), Measure.MONTHLY: ("monthly",),
    Measure.YEARLY: ("monthly", "one_off"), Measure.MEDIAN: ("opened",), Measure.P90: ("opened",),
}  # fmt: skip
WON = {"state": ReferralState.ACCEPTED, "step": Step.OPENED}


def told(table: BilanTable, *measures: Measure) -> dict[str, tuple[int | None, ...]]:
    """What is not zero, by line."""
    return {
        row.label: tuple(row.values.get(measure) for measure in measures)
        for row in table.rows
        if not row.is_empty
    }


def grantee_of(ctx: Context) -> Context:
    return acting_as(ctx, make_user(ctx.session, Role.GRANTEE, make_organisation(ctx.session)))


def refer(
    session: Session, number: int, owner: Organisation, receiver: Organisation, **values: object
) -> list[Referral]:
    """One October referral each for that many new people; ``monthly`` opens the right for all."""
    monthly = values.pop("monthly", None)
    cause = values.pop("cause", None)
    made = []
    for _ in range(number):
        person = make_person(session, owner, created_at=OCTOBER, **values)
        facts = WON if monthly is not None else {}
        referral = make_referral(
            session, person, owner, receiver, made_at=OCTOBER, cause=cause, **facts
        )
        if monthly is not None:
            assert isinstance(monthly, int)
            make_outcome(session, referral, monthly=monthly, recorded_at=NOVEMBER)
        made.append(referral)
    return made


def test_the_bilan_counts_people_referrals_rights_euros_and_days(ctx: Context) -> None:
    session = ctx.session
    qpv = session.scalars(select(Qpv).order_by(Qpv.id)).first()
    assert qpv
    qpv.barometer_class = 5
    arras, achicourt = session.get(Commune, ARRAS), session.get(Commune, ACHICOURT)
    assert arras
    assert achicourt
    arras.barometer_class, achicourt.barometer_class = 3, 2
    mission, caf = (make_organisation(session, name=n) for n in ("Mission", "CAF d’exemple"))
    young = make_person(
        session, mission, commune_insee=ARRAS, target_group=TargetGroup.YOUTH, created_at=OCTOBER
    )
    first = make_referral(
        session, young, mission, caf, ("RSA", "PPA"), made_at=OCTOBER,
        cause=NonTakeUpCause.UNAWARE, **WON,
    )  # fmt: skip
    make_outcome(
        session, first, "RSA", monthly=500, recorded_at=OCTOBER + timedelta(days=10),
        replaced_at=NOVEMBER,
    )  # fmt: skip
    make_outcome(session, first, "RSA", monthly=600, recorded_at=NOVEMBER)
    make_outcome(session, first, "PPA", OutcomeResult.REFUSED, recorded_at=NOVEMBER)
    make_referral(session, young, mission, mission, ("FSL",), made_at=NOVEMBER)
    neighbour = make_person(
        session, mission, commune_insee=ARRAS, qpv_id=qpv.id, created_at=OCTOBER
    )
    renewed = make_referral(session, neighbour, mission, caf, ("C2S",), made_at=NOVEMBER, **WON)
    make_outcome(
        session, renewed, "C2S", OutcomeResult.RENEWED, one_off=90,
        recorded_at=NOVEMBER + timedelta(days=21),
    )  # fmt: skip
    make_person(session, mission, commune_insee=ACHICOURT, created_at=OCTOBER)
    early = make_person(session, mission, is_from_elsewhere=True, created_at=OCTOBER)
    session.add(
        Diagnostic(
            client_id="d", person_id=early.id, made_at=NOVEMBER, made_by="Qui oriente", statuses={}
        )
    )
    make_person(session, mission, merged_into_id=young.id, created_at=OCTOBER)
    session.commit()

    bilan = bilan_for_reader(ctx)

    assert dict(bilan.total.values) == {
        Measure.MET: 4, Measure.REFERRED: 2, Measure.REFERRALS: 3, Measure.ACCEPTED: 2,
        Measure.OPENED: 2, Measure.MONTHLY: 600, Measure.YEARLY: 7290, Measure.MEDIAN: 16,
        Measure.P90: 21,
    }  # fmt: skip
    assert bilan.renewed == 1
    some = (Measure.MET, Measure.REFERRED, Measure.OPENED, Measure.YEARLY)
    assert told(bilan.table("communes"), *some) == {
        "Arras": (2, 2, 2, 7290), "Achicourt": (1, 0, 0, 0),
        "Hors de la Communauté urbaine": (1, 0, 0, 0),
    }  # fmt: skip
    assert list(told(bilan.table("lots"), *some).values()) == [
        (1, 0, 0, 0), (1, 1, 1, 7200), (1, 1, 1, 90), (1, 0, 0, 0),
    ]  # fmt: skip
    assert told(bilan.table("qpvs"), *some)[qpv.name] == (1, 1, 1, 90)
    assert told(bilan.table("classes"), *some) == {
        "Classe 3": (1, 1, 1, 7200), "Classe 5": (1, 1, 1, 90), "Classes 1 et 2": (1, 0, 0, 0),
        "Sans classe": (1, 0, 0, 0),
    }  # fmt: skip
    assert told(bilan.table("groups"), *some)["Jeunes"] == (1, 1, 1, 7200)
    each = (Measure.REFERRED, Measure.REFERRALS, Measure.ACCEPTED, Measure.OPENED, Measure.MEDIAN)
    rights = told(bilan.table("rights"), *each)
    assert sorted(rights.values(), key=str) == [
        (1, 1, 0, 0, None), (1, 1, 1, 0, None), (1, 1, 1, 1, 10), (1, 1, 1, 1, 21),
    ]  # fmt: skip
    assert told(bilan.table("causes"), *each) == {
        "Non-connaissance": (1, 1, 1, 1, 10), "Non renseigné": (2, 2, 1, 1, 21),
    }  # fmt: skip
    assert told(bilan.table("senders"), *each) == {"Mission": (2, 3, 2, 2, 16)}
    assert told(bilan.table("receivers"), *each) == {
        "CAF d’exemple": (2, 2, 2, 2, 16), "Mission": (1, 1, 0, 0, None),
    }  # fmt: skip
    assert told(bilan.table("months"), *each) == {
        "octobre 2026": (1, 1, 1, 1, 10), "novembre 2026": (2, 2, 1, 1, 21),
    }  # fmt: skip

    october = bilan_for_reader(ctx, BilanPeriod(date(2026, 10, 1), date(2026, 10, 31)))
    assert (october.total.values[Measure.MET], october.total.values[Measure.REFERRALS]) == (4, 1)
    assert october.total.values[Measure.YEARLY] == 7200
    with pytest.raises(InvalidError):
        BilanPeriod(date(2026, 10, 2), date(2026, 10, 1))


def test_reading_costs_the_same_for_five_and_for_fifty(ctx: Context) -> None:
    owner, receiver = make_organisation(ctx.session), make_organisation(ctx.session)
    counts = []
    for number in (5, 45):
        refer(ctx.session, number, owner, receiver, monthly=100, commune_insee=ARRAS)
        counts.append(cost(ctx.session, lambda: bilan_for_reader(ctx)))
    assert counts[0] == counts[1] < 13
    refer(ctx.session, 6, owner, receiver, is_from_elsewhere=True)
    assert told(bilan_for_reader(ctx).table("communes"), Measure.MET, Measure.REFERRED) == {
        "Arras": (50, 50), "Hors de la Communauté urbaine": (6, 6),
    }  # fmt: skip


def test_others_see_last_month_without_small_cells(ctx: Context, clock: FrozenClock) -> None:
    session = ctx.session
    owner, receiver = make_organisation(session), make_organisation(session)
    refer(session, 20, owner, receiver, monthly=100, commune_insee=ARRAS)
    refer(session, 7, owner, receiver, monthly=40, commune_insee=ACHICOURT)
    refer(session, 2, owner, receiver, monthly=999, commune_insee=BASSEUX)
    late = refer(session, 1, owner, receiver, commune_insee=ARRAS)[0]
    make_outcome(session, late, monthly=777, recorded_at=datetime(2026, 12, 1, 8, tzinfo=UTC))
    make_referral(session, make_person(session, owner), owner, receiver, made_at=NOW)
    grantee = grantee_of(ctx)

    exact, seen = bilan_for_reader(ctx), bilan_for_reader(grantee)

    assert exact.total.values[Measure.REFERRALS] == 31
    assert {row.label for row in exact.table("communes").rows if Measure.OPENED in row.hidden} == {
        "Basseux", "Achicourt",
    }  # fmt: skip
    assert seen.is_published
    assert seen.known_on == date(2026, 11, 30)
    assert seen.total.values[Measure.REFERRALS] == 30
    assert seen.total.values[Measure.MONTHLY] == 20 * 100 + 7 * 40 + 2 * 999
    figures = (Measure.REFERRED, Measure.REFERRALS, Measure.MONTHLY, Measure.YEARLY, Measure.MEDIAN)
    assert told(seen.table("communes"), *figures) == {
        "Arras": (21, 21, 2000, 24_000, 29), "Achicourt": (None,) * 5, "Basseux": (None,) * 5,
    }  # fmt: skip
    # Whatever they ask for: of two periods that differ by a day, the difference would be somebody.
    assert bilan_for_reader(grantee, BilanPeriod(date(2026, 10, 1))) == seen
    clock.set(datetime(2027, 1, 4, 9, tzinfo=UTC))
    assert bilan_for_reader(grantee).total.values[Measure.REFERRALS] == 31
    partner = make_user(session, Role.PARTNER, make_organisation(session))
    for work in (bilan_for_reader, published_bilan, export_bilan, bilan_report):
        with pytest.raises(ForbiddenError):
            work(acting_as(ctx, partner))


def test_hardly_anybody_was_referred(ctx: Context) -> None:
    owner, receiver = make_organisation(ctx.session), make_organisation(ctx.session)
    refer(ctx.session, 4, owner, receiver, monthly=100, commune_insee=ARRAS)
    seen = bilan_for_reader(grantee_of(ctx))
    numbers = {n for t in seen.tables for row in t.rows for n in row.values.values()}
    assert numbers == {None} == set(seen.total.values.values())
    assert seen.renewed is None


def test_files_leave_without_small_cells_whoever_takes_them(ctx: Context) -> None:
    session = ctx.session
    owner = make_organisation(session, name="=Mission")
    receiver = make_organisation(session)
    refer(session, 20, owner, receiver, monthly=100, commune_insee=ARRAS)
    refer(session, 6, owner, receiver, monthly=41, commune_insee=ACHICOURT)
    refer(session, 2, owner, receiver, monthly=999, commune_insee=BASSEUX)
    agent = acting_as(ctx, make_user(session, Role.AGENT))
    for reader in (agent, grantee_of(ctx)):
        book = openpyxl.load_workbook(BytesIO(export_bilan(reader).content))
        rows = {(row[0], row[1]): row[2:] for row in book.active.iter_rows(values_only=True)}
        assert rows["Ensemble", None][1] == 28
        assert rows["Par commune", "Arras"][1] == 20
        assert set(rows["Par commune", "Basseux"]) == {"n.c."}
        assert rows["Par organisme qui oriente", "'=Mission"][1] == 28
        document = docx.Document(BytesIO(bilan_report(reader).content))
        cells = [
            [cell.text for cell in row.cells] for table in document.tables for row in table.rows
        ]
        assert ["Basseux", *["n.c."] * 9] in cells
        assert any(row[0] == "Arras" and row[2] == "20" for row in cells)
        assert len(document.inline_shapes) == 2
    chosen = bilan_report(agent, BilanPeriod(since=date(2026, 11, 1)))
    assert "faites depuis le 01/11/2026" in "".join(
        p.text for p in docx.Document(BytesIO(chosen.content)).paragraphs
    )
    events = session.scalars(select(AuditEvent).where(AuditEvent.action == "bilan.exported")).all()
    assert [event.detail["format"] for event in events] == ["xlsx", "docx"] * 2 + ["docx"]


def make_crowd(session: Session, seed: int) -> None:
    """Random people of few places, some of them of a handful."""
    chance = random.Random(seed)
    qpvs = list(session.scalars(select(Qpv).order_by(Qpv.id)).all())
    owners = [make_organisation(session) for _ in range(3)]
    receivers = [make_organisation(session) for _ in range(4)]
    places = [(c, None) for c in (ARRAS, ACHICOURT, BASSEUX, "62764", "62753")]
    places += [(ARRAS, q.id) for q in qpvs[:3]] + [(None, None)]
    for rank, commune in enumerate((ARRAS, ACHICOURT, BASSEUX)):
        session.get_one(Commune, commune).barometer_class = 3 + rank
    for qpv in qpvs:
        qpv.barometer_class = 5
    weights = [chance.choice((1, 3, 12)) for _ in places]
    for _ in range(70):
        insee, qpv_id = chance.choices(places, weights)[0]
        owner = chance.choice(owners)
        person = make_person(
            session, owner, commune_insee=insee, qpv_id=qpv_id, created_at=OCTOBER,
            target_group=chance.choice([*TargetGroup, None]),
        )  # fmt: skip
        for _ in range(chance.choice((0, 1, 1, 2))):
            won = chance.random() < 0.6
            referral = make_referral(
                session, person, owner, chance.choice(receivers), made_at=OCTOBER,
                rights=(chance.choice(("RSA", "PPA", "C2S")),), **(WON if won else {}),
            )  # fmt: skip
            kind = chance.choice(("monthly", "monthly", "one_off", ""))
            if won:
                amount = {kind: chance.randrange(10, 900)} if kind else {}
                make_outcome(
                    session, referral, referral.rights[0].right_code, recorded_at=NOVEMBER,
                    **amount,
                )  # fmt: skip


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
@pytest.mark.parametrize("seed", range(6))
def test_an_attacker_finds_no_small_cell(ctx: Context, seed: int) -> None:
    """The attacker has the published bilan, knows which origins make up which line, and may add
    and subtract as they like. Whatever they do, nothing of one to four people comes out."""
    make_crowd(ctx.session, seed)
    exact, seen = bilan_for_reader(ctx), published_bilan(ctx)
    truth = People(ctx.session)
    for before, after in zip(exact.tables, seen.tables, strict=True):
        exactly = {row.label: row for row in before.rows}
        for now in after.rows:
            was = exactly[now.label]
            for measure in after.measures:
                few = [n for n in truth.behind(after.key, now.label, measure) if 0 < n < THRESHOLD]
                if few:
                    assert now.values.get(measure) is None, (after.key, now.label, measure)
                elif now.values.get(measure) is not None:
                    assert now.values[measure] == was.values[measure]
        _no_lone_line(seen, after)
    _no_small_line_in_the_span(seen, truth)


class People:
    """Who is behind each figure, counted the slow way, row by row."""

    def __init__(self, session: Session) -> None:
        self.sets: dict[tuple[str, str, str], set[int]] = defaultdict(set)
        self.lines: dict[str, dict[tuple[str | None, int | None], str]] = defaultdict(dict)
        qpvs = {q.id: q for q in session.scalars(select(Qpv))}
        for person in session.scalars(select(Person)):
            self._place(person, qpvs)
            self._note(person, "met", person.id)
        for referral in session.scalars(select(Referral)):
            person = referral.person
            own = {
                "senders": referral.sender.name, "receivers": referral.receiver.name,
                "causes": "Non renseigné", "months": "octobre 2026",
                "rights": referral.rights[0].right.label,
            }  # fmt: skip
            self._note(person, "referred", person.id, own)
            if referral.state is ReferralState.ACCEPTED:
                self._note(person, "accepted", person.id, own)
            for outcome in referral.outcomes:
                own["months"] = "novembre 2026"
                self._note(person, "opened", person.id, own)
                if outcome.period:
                    self._note(person, outcome.period.value, person.id, own)

    def behind(self, table: str, line: str, measure: Measure) -> list[int]:
        """How many people at each level that the figure tells of."""
        return [len(self.sets[table, line, level]) for level in BEHIND[measure]]

    def _place(self, person: Person, qpvs: dict[int, Qpv]) -> None:
        origin = (person.commune_insee, person.qpv_id)
        qpv = qpvs.get(person.qpv_id or 0)
        commune = person.commune
        nowhere = "Non renseigné"
        lot = Lot(commune.lot).label if commune else nowhere
        found = (qpv or commune).barometer_class if qpv or commune else None
        self.lines["communes"][origin] = commune.name if commune else nowhere
        self.lines["qpvs"][origin] = (
            qpv.name if qpv else "Hors quartier prioritaire" if commune else nowhere
        )
        self.lines["lots"][origin] = Lot.PRIORITY_NEIGHBOURHOODS.label if qpv else lot
        self.lines["classes"][origin] = f"Classe {found}" if found else "Sans classe"

    def _note(
        self, person: Person, level: str, who: int, own: dict[str, str] | None = None
    ) -> None:
        origin = (person.commune_insee, person.qpv_id)
        group = person.target_group.label if person.target_group else "Non renseigné"
        lines = {"groups": group, **{t: of[origin] for t, of in self.lines.items()}, **(own or {})}
        for table, line in lines.items():
            self.sets[table, line, level].add(who)


def _no_lone_line(seen: Bilan, table: BilanTable) -> None:
    """The total less the lines shown is never the figure of one line, nor of a few people."""
    for measure in table.measures:
        parts_of_a_whole = table.key != "rights" or measure not in {
            Measure.REFERRED, Measure.REFERRALS, Measure.ACCEPTED,
        }  # fmt: skip
        if measure in {Measure.MEDIAN, Measure.P90} or not parts_of_a_whole:
            continue
        hidden = [r for r in table.rows if measure in r.values and r.values[measure] is None]
        if hidden and seen.total.values[measure] is not None:
            assert len(hidden) > 1, (table.key, measure)


def _no_small_line_in_the_span(seen: Bilan, truth: People) -> None:
    """Lots, communes, neighbourhoods and classes are sums over the same origins: no small line is
    a combination of the published ones. Ranks are taken modulo a prime, far from the service's
    own fractions."""
    origins = sorted(truth.lines["communes"], key=str)
    for measure in (Measure.MET, Measure.REFERRED, Measure.ACCEPTED, Measure.OPENED):
        if seen.total.values[measure] is None:
            continue
        known = [[1] * len(origins)]
        small = []
        for key in ("lots", "communes", "qpvs", "classes"):
            for row in seen.table(key).rows:
                vector = [int(truth.lines[key][origin] == row.label) for origin in origins]
                if row.values.get(measure) is None:
                    people = len(truth.sets[key, row.label, BEHIND[measure][0]])
                    small += [vector] if 0 < people < THRESHOLD else []
                elif row.values[measure] == 0:
                    # Nobody there: each of its origins is known to be empty.
                    known += [
                        [int(n == place) for n in range(len(origins))]
                        for place, is_in in enumerate(vector)
                        if is_in
                    ]
                else:
                    known.append(vector)
        rank = _rank(known)
        for vector in small:
            assert _rank([*known, vector]) > rank, (measure, vector)


def _rank(rows: list[list[int]], prime: int = 1_000_003) -> int:
    left, rank = [row[:] for row in rows], 0
    for column in range(len(rows[0])):
        pivot = next((r for r in left if r[column] % prime), None)
        if pivot is None:
            continue
        left.remove(pivot)
        rank += 1
        inverse = pow(pivot[column], -1, prime)
        for row in left:
            times = row[column] * inverse % prime
            for n in range(column, len(row)):
                row[n] = (row[n] - times * pivot[n]) % prime
    return rank


def test_the_team_s_own_file_stops_where_others_stop(ctx: Context) -> None:
    """Of a file taken by the team and of what a grantee sees, the difference is nothing."""
    owner, receiver = make_organisation(ctx.session), make_organisation(ctx.session)
    refer(ctx.session, 9, owner, receiver, monthly=100, commune_insee=ARRAS)
    refer(ctx.session, 1, owner, receiver, commune_insee=ARRAS)[0].made_at = NOW
    ctx.session.commit()
    assert published_bilan(ctx, WHOLE) == bilan_for_reader(grantee_of(ctx))
