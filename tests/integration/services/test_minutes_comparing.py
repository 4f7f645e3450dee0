"""Versions compared, and their texts brought back into the draft, on both engines."""

import pytest
from flask import Flask

from tests.acting import acting_as
from tests.factories.accounts import make_user
from tests.factories.committees import make_committee, make_membership
from tests.factories.meetings import make_meeting
from tests.factories.minutes import make_action, make_decision, make_minutes
from tests.factories.organisations import make_contact, make_grantee, make_organisation
from tests.races import race
from zna_network.models.account import Role
from zna_network.models.minutes import Minutes, MinutesSectionRevision
from zna_network.services import minutes as service
from zna_network.services import minutes_text
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from zna_network.services.minutes_review.comparing import compare
from zna_network.services.minutes_review.restoring import restore
from zna_network.services.minutes_text import TextSave


def _write(ctx: Context, minutes: Minutes, rank: int, text: str) -> None:
    section = minutes.sections[rank]
    save = TextSave(section.id, text, section.revision)
    minutes_text.save_section(ctx, minutes.meeting_id, save)


def _validate(ctx: Context, minutes: Minutes) -> None:
    service.validate(ctx, minutes.meeting_id, service.reading(ctx, minutes).seal)
    ctx.session.expire_all()


def _validated_then_rewritten(ctx: Context) -> Minutes:
    """Version 1 says « lundi », the draft of version 2 « mardi », and something more."""
    minutes = make_minutes(ctx.session)
    _write(ctx, minutes, 0, "La permanence ouvre le lundi.")
    _write(ctx, minutes, 1, "Rien à dire.")
    _validate(ctx, minutes)
    service.reopen(ctx, minutes.meeting_id, "Une erreur de jour")
    _write(ctx, minutes, 0, "La permanence ouvre le mardi.")
    _write(ctx, minutes, 2, "Un mot de plus.")
    return minutes


def test_a_version_and_the_draft_then_two_versions(ctx: Context) -> None:
    minutes = _validated_then_rewritten(ctx)
    make_decision(ctx.session, minutes.meeting, text="Ouvrir un second jour")
    make_action(ctx.session, minutes.meeting, text="Prévenir les communes")
    found = compare(ctx, minutes.meeting_id)
    assert (found.before and found.before.key, found.after and found.after.key) == (
        "1", "brouillon",
    )  # fmt: skip
    first, second, third = minutes.sections
    assert [part.title for part in found.changed] == [
        first.title, "Points divers", "Décisions", "Actions",
    ]  # fmt: skip
    assert second.title in [part.title for part in found.unchanged]
    assert [part.section_id for part in found.restorable] == [first.id, third.id]
    _validate(ctx, minutes)
    found = compare(ctx, minutes.meeting_id, "2", "1")
    assert [part.title for part in found.changed][:1] == [first.title]
    assert found.restorable == []
    with pytest.raises(NotFoundError):
        compare(ctx, minutes.meeting_id, "1", "brouillon")
    assert compare(ctx, make_minutes(ctx.session).meeting_id).before is None


def test_a_text_is_brought_back_and_the_other_stays_in_the_history(ctx: Context) -> None:
    minutes = _validated_then_rewritten(ctx)
    first, second, third = minutes.sections
    seen = {first.id: first.revision, third.id: third.revision}
    assert {s.id for s in restore(ctx, minutes.meeting_id, 1, seen)} == set(seen)
    assert (first.text, second.text, third.text) == (
        "La permanence ouvre le lundi.", "Rien à dire.", "",
    )  # fmt: skip
    kept = [row.text for row in ctx.session.query(MinutesSectionRevision)]
    assert {"La permanence ouvre le mardi.", "Un mot de plus."} <= set(kept)
    with pytest.raises(ConflictError):
        restore(ctx, minutes.meeting_id, 1, seen)
    now = {first.id: first.revision}
    assert restore(ctx, minutes.meeting_id, 1, now) == []
    with pytest.raises(InvalidError):
        restore(ctx, minutes.meeting_id, 1, {})
    for number, revisions in ((9, now), (1, {999_999: 1})):
        with pytest.raises(NotFoundError):
            restore(ctx, minutes.meeting_id, number, revisions)
    _validate(ctx, minutes)
    with pytest.raises(ConflictError, match="est validé"):
        restore(ctx, minutes.meeting_id, 1, now)


def test_a_text_typed_at_the_same_instant_is_never_lost(app: Flask, ctx: Context) -> None:
    minutes = _validated_then_rewritten(ctx)
    first, meeting_id = minutes.sections[0], minutes.meeting_id
    section_id, seen = first.id, first.revision
    typed = TextSave(section_id, "Tapé au même instant", seen)
    outcome = race(
        app,
        [
            lambda c: len(restore(c, meeting_id, 1, {section_id: seen})),
            lambda c: minutes_text.save_section(c, meeting_id, typed).id,
        ],
    )
    assert outcome in (["ConflictError", "won"], ["TextConflictError", "won"])
    ctx.session.refresh(first)
    assert first.text in {"La permanence ouvre le lundi.", "Tapé au même instant"}


def test_a_member_compares_what_was_validated_alone(ctx: Context) -> None:
    sitting = make_organisation(ctx.session)
    committee = make_committee(ctx.session, led_by=make_grantee(ctx.session))
    make_membership(ctx.session, committee, make_contact(ctx.session, sitting))
    minutes = make_minutes(ctx.session, make_meeting(ctx.session, committee))
    member = acting_as(ctx, make_user(ctx.session, Role.PARTNER, sitting))
    stranger = acting_as(ctx, make_user(ctx.session, Role.GRANTEE, make_grantee(ctx.session)))
    _validate(ctx, minutes)
    service.reopen(ctx, minutes.meeting_id, "Motif")
    assert [side.key for side in compare(member, minutes.meeting_id).sides] == ["1"]
    for act in (
        lambda: compare(stranger, minutes.meeting_id),
        lambda: restore(member, minutes.meeting_id, 1, {minutes.sections[0].id: 1}),
    ):
        with pytest.raises(ForbiddenError):
            act()
