"""The workshops of the demonstration forum: eight, in twelve sessions, some of them full."""

from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Any

from sqlalchemy import insert

from zna_network.models.forum import Forum
from zna_network.models.organisation import Organisation
from zna_network.models.territory import TargetGroup
from zna_network.models.workshop import (
    Room,
    Seat,
    SeatState,
    Session,
    TakenSlot,
    Workshop,
)
from zna_network.queries import demo_forum as queries
from zna_network.services.context import Context
from zna_network.services.demo.forum_day import Day
from zna_network.services.folding import fold
from zna_network.services.session_times import slot_rows

ROOMS = (("Salle 1, rez-de-chaussée", 24), ("Salle 2, étage", 14), ("Espace numérique", 8))
Group = TargetGroup


@dataclass(frozen=True)
class _Sitting:
    """``room`` counts from 0; ``starts`` and ``lasts`` are minutes, from the opening on."""

    room: int
    starts: int
    lasts: int
    capacity: int
    requests: int


@dataclass(frozen=True)
class _Plan:
    title: str
    description: str
    organisation: str
    host: str
    rights: tuple[str, ...]
    groups: tuple[TargetGroup, ...]
    sittings: tuple[_Sitting, ...]


PLANS = (
    _Plan(
        "Prime d’activité : est-ce pour moi ?",
        "On travaille, même un peu, et l’on y a peut-être droit. Simulation ensemble, sans "
        "engagement.",
        "CAF du Pas-de-Calais",
        "Chloé Fougère",
        ("PPA", "RSA"),
        (Group.LOW_INCOME, Group.YOUTH),
        (_Sitting(0, 30, 45, 20, 17), _Sitting(0, 240, 45, 20, 11)),
    ),
    _Plan(
        "Se soigner sans avance de frais",
        "La complémentaire santé solidaire : qui y a droit, quelles pièces apporter.",
        "CPAM de l’Artois",
        "Driss Houblon",
        ("C2S", "C2S_PART"),
        (Group.LOW_INCOME, Group.SENIORS),
        (_Sitting(1, 30, 45, 12, 9), _Sitting(1, 285, 45, 12, 16)),
    ),
    _Plan(
        "Petite retraite : les aides que l’on ne demande pas",
        "Minimum vieillesse, aide au maintien à domicile, réversion : faire le point.",
        "CARSAT Hauts-de-France",
        "Jeanne Romarin",
        ("ASPA", "APA"),
        (Group.SENIORS,),
        (_Sitting(0, 90, 60, 20, 14),),
    ),
    _Plan(
        "Un premier logement",
        "Déposer sa demande, préparer son dossier, connaître les aides à l’installation.",
        "Pas-de-Calais habitat",
        "Karim Tilleul",
        ("APL", "FSL"),
        (Group.YOUTH, Group.SINGLE_PARENTS),
        (_Sitting(1, 90, 45, 12, 8),),
    ),
    _Plan(
        "Mes démarches en ligne, pas à pas",
        "Créer son compte, retrouver son mot de passe, joindre une pièce : un ordinateur chacun.",
        "Atelier numérique de la Scarpe (association fictive)",
        "Igor Genêt",
        (),
        tuple(TargetGroup),
        (_Sitting(2, 30, 60, 6, 10), _Sitting(2, 240, 60, 6, 9)),
    ),
    _Plan(
        "Parent seul : l’allocation de soutien familial",
        "Séparation, pension impayée : ce que l’on peut demander, et à qui.",
        "Solo mais pas seuls (association fictive)",
        "Lucie Orpin",
        ("ASF", "PPA"),
        (Group.SINGLE_PARENTS,),
        (_Sitting(0, 300, 45, 15, 7),),
    ),
    _Plan(
        "Factures d’énergie : que faire avant la coupure",
        "Chèque énergie, fonds de solidarité, échéanciers : on regarde vos factures ensemble.",
        "Département du Pas-de-Calais",
        "Nadia Sureau",
        ("FSL", "CHEQUE_ENERGIE"),
        (Group.LOW_INCOME,),
        (_Sitting(1, 165, 45, 12, 12),),
    ),
    _Plan(
        "16-25 ans : santé, transport, budget",
        "Tarifs réduits, mutuelle, premier budget : un jeu en équipes, puis vos questions.",
        "Mission locale en Pays d’Artois",
        "Hawa Mélisse",
        ("C2S", "TRANSPORT"),
        (Group.YOUTH,),
        (_Sitting(0, 165, 45, 20, 13), _Sitting(0, 360, 45, 18, 6)),
    ),
)


def build(
    ctx: Context, forum: Forum, day: Day, organisations: dict[str, Organisation]
) -> list[Session]:
    """The rooms, the workshops and their sessions, in the order of ``PLANS``."""
    rooms = [Room(forum_id=forum.id, name=name, seats=seats) for name, seats in ROOMS]
    ctx.session.add_all(rooms)
    codes = sorted({code for plan in PLANS for code in plan.rights})
    rights = {right.code: right for right in ctx.session.scalars(queries.rights_of(codes))}
    ctx.session.flush()
    sessions = []
    for rank, plan in enumerate(PLANS, start=1):
        workshop = Workshop(
            forum_id=forum.id,
            title=plan.title,
            description=plan.description,
            organisation=organisations[plan.organisation],
            target_groups=[group.value for group in plan.groups],
            rights=[rights[code] for code in plan.rights if code in rights],
            created_at=ctx.now,
            updated_at=ctx.now,
        )
        for number, sitting in enumerate(plan.sittings, start=1):
            sessions.append(
                Session(
                    workshop=workshop,
                    room_id=rooms[sitting.room].id,
                    starts_at=day.after(sitting.starts),
                    ends_at=day.after(sitting.starts + sitting.lasts),
                    capacity=sitting.capacity,
                    host=plan.host,
                    host_key=fold(plan.host),
                    uid=f"seance-{rank}-{number}.{forum.uid}",
                    created_at=ctx.now,
                    updated_at=ctx.now,
                )
            )
    ctx.session.add_all(sessions)
    ctx.session.flush()
    take_slots(ctx, forum, sessions)
    return sessions


def seat(ctx: Context, sessions: list[Session], attendee_ids: list[int]) -> None:
    """The requests for the sessions, those beyond the capacity on the waiting list; nobody asks
    for two sessions at the same time."""
    chance = Random("seats")  # noqa: S311 - who sits where, not secrets
    busy: dict[int, list[Session]] = {}
    sittings = [sitting for plan in PLANS for sitting in plan.sittings]
    rows: list[dict[str, Any]] = []
    for session, sitting in zip(sessions, sittings, strict=True):
        free = [
            attendee_id
            for attendee_id in chance.sample(attendee_ids, k=len(attendee_ids))
            if not any(
                other.starts_at < session.ends_at and session.starts_at < other.ends_at
                for other in busy.get(attendee_id, [])
            )
        ]
        for rank, attendee_id in enumerate(free[: sitting.requests], start=1):
            busy.setdefault(attendee_id, []).append(session)
            rows.append(_request(ctx, session, attendee_id, rank))
    if rows:
        ctx.session.execute(insert(Seat), rows)


def _request(ctx: Context, session: Session, attendee_id: int, rank: int) -> dict[str, Any]:
    has_seat = rank <= session.capacity
    asked = ctx.now - timedelta(days=12) + timedelta(minutes=37 * rank)
    return {
        "session_id": session.id,
        "capacity": session.capacity,
        "attendee_id": attendee_id,
        "state": SeatState.SEATED if has_seat else SeatState.WAITING,
        "seat_number": rank if has_seat else None,
        "waiting_since": asked,
        "created_at": asked,
        "updated_at": asked,
    }


def take_slots(ctx: Context, forum: Forum, sessions: list[Session]) -> None:
    """Hold the room and the host of each session for its time."""
    rows = [row for session in sessions for row in slot_rows(session, forum.id)]
    if rows:
        ctx.session.execute(insert(TakenSlot), rows)
