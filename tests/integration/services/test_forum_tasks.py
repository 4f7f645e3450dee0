"""What there is to do for a forum: staff change everything, a grantee what is its own."""

from datetime import date
from typing import Any

import pytest

from tests.acting import acting_as
from tests.factories.accounts import make_user
from tests.factories.forums import make_forum
from tests.factories.organisations import make_grantee, make_organisation
from zna_network.models.account import Role
from zna_network.models.audit import AuditEvent
from zna_network.models.forum import ForumTask, TaskState
from zna_network.services import forum_tasks
from zna_network.services.context import Context
from zna_network.services.errors import (
    ConflictError,
    ForbiddenError,
    InvalidError,
    NotFoundError,
)
from zna_network.services.forum_tasks import TaskData


def test_a_task_is_written_changed_done_and_opened_again(ctx: Context) -> None:
    forum = make_forum(ctx.session)
    data = TaskData(title=" Poser  les affiches ", owner="Hawa Genêt", due_on=date(2026, 12, 1))
    task = forum_tasks.create_task(ctx, forum.id, data)
    assert (task.title, task.state) == ("Poser les affiches", TaskState.TO_DO)
    assert task.is_late(date(2026, 12, 2))
    assert not task.is_late(date(2026, 12, 1))
    seen = task.revision
    forum_tasks.change_state(ctx, forum.id, task.id, TaskState.DONE)
    assert task.closed_at == ctx.now
    assert not task.is_late(date(2027, 1, 1))
    with pytest.raises(ConflictError):
        forum_tasks.update_task(ctx, forum.id, task.id, data, seen)
    forum_tasks.change_state(ctx, forum.id, task.id, TaskState.DOING)
    assert task.closed_at is None
    with pytest.raises(NotFoundError):
        forum_tasks.change_state(ctx, make_forum(ctx.session).id, task.id, TaskState.DONE)
    forum_tasks.remove_task(ctx, forum.id, task.id)
    assert ctx.session.query(ForumTask).count() == 0
    acts = [event.action for event in ctx.session.query(AuditEvent).order_by(AuditEvent.id)]
    assert acts[-1] == "forum_task.removed"


def test_a_grantee_changes_what_its_organisation_answers_for(ctx: Context) -> None:
    forum = make_forum(ctx.session)
    grantee, other = make_grantee(ctx.session), make_organisation(ctx.session)
    own = acting_as(ctx, make_user(ctx.session, Role.GRANTEE, grantee))
    mine = forum_tasks.create_task(
        own, forum.id, TaskData("Trouver des tables", organisation_id=str(other.id))
    )
    assert mine.organisation_id == grantee.id
    forum_tasks.update_task(own, forum.id, mine.id, TaskData("Trouver six tables"), mine.revision)
    theirs = forum_tasks.create_task(
        ctx, forum.id, TaskData("Réserver la salle", organisation_id=str(other.id))
    )
    nobodys = forum_tasks.create_task(ctx, forum.id, TaskData("Relire", owner="Hawa"))
    for task in (theirs, nobodys):
        with pytest.raises(ForbiddenError):
            forum_tasks.change_state(own, forum.id, task.id, TaskState.DONE)
    partner = acting_as(ctx, make_user(ctx.session, Role.PARTNER, other))
    with pytest.raises(ForbiddenError):
        forum_tasks.change_state(partner, forum.id, theirs.id, TaskState.DONE)


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"owner": ""}, "owner"),
        ({"owner": "hawa@exemple.example"}, "owner"),
        ({"owner_email": "hawa"}, "owner_email"),
        ({"organisation": "Inconnu au bataillon"}, "organisation"),
        ({"due_on": date(26, 12, 1)}, "due_on"),
    ],
)
def test_a_task_that_makes_no_sense_is_refused(
    ctx: Context, values: dict[str, Any], field: str
) -> None:
    forum = make_forum(ctx.session)
    with pytest.raises(InvalidError) as refusal:
        forum_tasks.create_task(
            ctx, forum.id, TaskData(**{"title": "Relire", "owner": "Hawa", **values})
        )
    problems = getattr(refusal.value, "problems", [refusal.value])
    assert [problem.field for problem in problems] == [field]
    assert ctx.session.query(ForumTask).count() == 0
