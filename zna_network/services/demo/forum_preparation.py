"""The preparation of the demonstration forum: tasks, some of them late, and the shift plan, with
posts still to fill."""

import itertools
from dataclasses import dataclass
from datetime import timedelta

from zna_network.models.forum import Forum, ForumTask, Shift, ShiftPerson, TaskState
from zna_network.models.organisation import Organisation
from zna_network.services.context import Context
from zna_network.services.demo.forum_day import Day
from zna_network.services.demo.partners import GRANTEES
from zna_network.services.demo.people import Person, people

_CUA = "Communauté urbaine d’Arras — service Cohésion sociale"
_PR, _DDA, _QO = (partner.name for partner, _ in GRANTEES)
_WRITTEN_BEFORE = timedelta(days=80)
_VOLUNTEERS_FROM = 150  # the directory's contacts are the first of the same list


@dataclass(frozen=True)
class _Task:
    """``days`` from the forum's day: most are before it."""

    title: str
    organisation: str
    days: int
    state: TaskState
    note: str = ""


_TASKS = (
    _Task("Réserver la salle et le matériel", _CUA, -75, TaskState.DONE),
    _Task("Inviter les organismes à tenir un stand", _CUA, -50, TaskState.DONE),
    _Task("Faire traduire l’affiche en arabe et en ukrainien", _DDA, -30, TaskState.DONE),
    _Task("Poser les affiches dans les 43 communes du lot 1", _PR, -12, TaskState.DOING),
    _Task(
        "Prévenir les habitants des six quartiers, porte à porte", _QO, -6, TaskState.DONE
    ),
    _Task(
        "Trouver deux interprètes pour l’après-midi", _DDA, -3, TaskState.TO_DO,
        "Ukrainien et arabe ; les coordonnées sont dans l’annuaire.",
    ),
    _Task("Imprimer 300 badges vierges", _CUA, -2, TaskState.DONE),
    _Task("Répéter la porte avec les badges d’essai", _QO, -1, TaskState.TO_DO),
    _Task("Apporter la signalétique et les chevalets", _PR, 0, TaskState.DOING),
    _Task("Louer un second écran", _CUA, -8, TaskState.DROPPED, "Prêté par un partenaire."),
    _Task("Rendre les clés et le matériel", _CUA, 1, TaskState.TO_DO),
    _Task("Rappeler les personnes qui l’ont demandé", _QO, 6, TaskState.TO_DO),
    _Task("Écrire le bilan du forum", _CUA, 15, TaskState.TO_DO),
)  # fmt: skip


@dataclass(frozen=True)
class _Post:
    """``spans`` are minutes from the opening, with who holds the post: organisations by name."""

    post: str
    place: str
    needed: int
    spans: tuple[tuple[int, int, tuple[str, ...]], ...]


_POSTS = (
    _Post("Montage", "Hall", 4, ((-90, -15, (_CUA, _PR, _QO, _DDA)),)),
    _Post(
        "Accueil entrée A", "Parvis", 2,
        ((-15, 120, (_CUA, _PR)), (120, 240, (_QO, _DDA)), (240, 390, (_CUA,))),
    ),
    _Post(
        "Accueil entrée B", "Parking", 1,
        ((0, 150, (_QO,)), (150, 300, (_PR,)), (300, 450, ())),
    ),
    _Post("Sortie et questionnaire", "Hall", 1, ((60, 240, (_DDA,)), (240, 450, (_QO,)))),
    _Post(
        "Aide aux ateliers", "Salles 1 et 2", 2,
        ((30, 180, (_PR, _DDA)), (210, 420, (_QO,))),
    ),
    _Post("Interprète arabe", "Hall", 1, ((60, 210, (_QO,)), (240, 390, ()))),
    _Post("Coin des enfants", "Mezzanine", 2, ((30, 240, (_DDA, _PR)), (240, 420, (_DDA, _QO)))),
    _Post("Rangement", "Hall", 4, ((450, 510, (_CUA, _PR)),)),
)  # fmt: skip


def build(ctx: Context, forum: Forum, day: Day, organisations: dict[str, Organisation]) -> None:
    cast = itertools.islice(people(), _VOLUNTEERS_FROM, None)
    for task in _TASKS:
        ctx.session.add(_task(ctx, forum, day, task, organisations[task.organisation], next(cast)))
    for post in _POSTS:
        for starts, ends, holders in post.spans:
            shift = Shift(
                forum_id=forum.id,
                post=post.post,
                place=post.place,
                needed=post.needed,
                starts_at=day.after(starts),
                ends_at=day.after(ends),
                created_at=ctx.now,
                updated_at=ctx.now,
            )
            shift.people = [_holder(organisations[name], next(cast)) for name in holders]
            ctx.session.add(shift)
    ctx.session.flush()


def _task(
    ctx: Context, forum: Forum, day: Day, task: _Task, organisation: Organisation, person: Person
) -> ForumTask:
    due_on = day.held_on + timedelta(days=task.days)
    return ForumTask(
        forum_id=forum.id,
        title=task.title,
        note=task.note,
        organisation_id=organisation.id,
        owner=f"{person.first_name} {person.last_name}",
        owner_email=person.email(organisation.email.partition("@")[2]),
        due_on=due_on,
        state=task.state,
        closed_at=None if task.state.is_open else day.opening + timedelta(days=task.days - 1),
        # Written down long ago, so that the reminders of what is due have a reason to leave.
        created_at=day.opening - _WRITTEN_BEFORE,
        updated_at=ctx.now,
    )


def _holder(organisation: Organisation, person: Person) -> ShiftPerson:
    return ShiftPerson(
        name=f"{person.first_name} {person.last_name}",
        email=person.email(organisation.email.partition("@")[2]),
        organisation_id=organisation.id,
    )
