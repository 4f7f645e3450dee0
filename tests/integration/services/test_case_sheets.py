"""Individual situations before a comité technique, on both engines."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from tests.acting import acting_as
from tests.factories.accounts import make_user
from tests.factories.committees import make_committee
from tests.factories.docx_files import text_of
from tests.factories.meetings import make_meeting
from tests.factories.organisations import make_organisation
from tests.factories.referrals import make_person, make_referral
from tests.races import results_at_once
from zna_network.models.account import Role
from zna_network.models.attendee import AgeBand
from zna_network.models.case_sheet import CaseSheet
from zna_network.models.committee import CommitteeKind
from zna_network.models.meeting import AgendaItem
from zna_network.models.organisation import Grantee
from zna_network.models.referral import EventKind, Referral, ReferralEvent, ReferralState
from zna_network.services import case_sheets
from zna_network.services.case_sheet_documents import blank_document, facts_of, sheets_document
from zna_network.services.case_sheets import SheetData
from zna_network.services.context import Context
from zna_network.services.errors import (
    ConflictError,
    DomainError,
    ForbiddenError,
    InvalidError,
    NotFoundError,
)

DAY = date(2026, 12, 17)
EMPTY = SheetData()


def _expired(ctx: Context, **values: object) -> Referral:
    return make_referral(ctx.session, state=ReferralState.EXPIRED, **values)


def test_what_is_stuck_is_brought_prepared_and_decided(ctx: Context) -> None:
    meeting = make_meeting(ctx.session)
    expired = _expired(ctx)
    silent = make_referral(ctx.session, made_at=ctx.now - timedelta(days=25))
    make_referral(ctx.session)  # moves
    make_referral(ctx.session, state=ReferralState.WITHDRAWN)
    stuck = case_sheets.candidates(ctx, meeting)
    assert {one.id for one in stuck} == {expired.id, silent.id}

    made = case_sheets.bring(ctx, meeting.id, [expired.id, silent.id])
    case_sheets.bring(ctx, meeting.id, [expired.id])  # there already: once
    [item] = ctx.session.query(AgendaItem).all()
    assert (item.title, item.minutes_allotted) == ("Situations individuelles", 10)
    assert ctx.session.query(CaseSheet).count() == 2
    assert case_sheets.candidates(ctx, meeting) == []

    sheet = next(sheet for sheet in made if sheet.referral_id == expired.id)
    prepared = SheetData("Aucune réponse.", "La CAF rappelle.")
    case_sheets.update_sheet(ctx, meeting.id, sheet.id, prepared, 1)
    decided = replace(prepared, decision="Rendez-vous avant le 15.", decided_on=DAY)
    for revision in (2, 3):  # saved twice, told once
        case_sheets.update_sheet(ctx, meeting.id, sheet.id, decided, revision)
    [event] = ctx.session.query(ReferralEvent).filter_by(kind=EventKind.COMMITTEE).all()
    assert (event.referral_id, event.words) == (expired.id, "Rendez-vous avant le 15.")
    assert event.detail == {"decided_on": "2026-12-17"}
    with pytest.raises(ConflictError, match="elle reste"):
        case_sheets.remove(ctx, meeting.id, sheet.id)
    other = next(sheet for sheet in made if sheet.referral_id == silent.id)
    case_sheets.remove(ctx, meeting.id, other.id)
    case_sheets.remove(ctx, meeting.id, other.id)
    assert ctx.session.query(CaseSheet).count() == 1


def test_history_of_a_referral_cannot_be_rewritten(ctx: Context) -> None:
    referral = make_referral(ctx.session)
    event = ctx.session.query(ReferralEvent).filter_by(referral_id=referral.id).first()
    assert event is not None
    for change in (lambda: setattr(event, "author", "Autre"), lambda: ctx.session.delete(event)):
        change()
        with pytest.raises(IntegrityError, match="append-only"):
            ctx.session.commit()
        ctx.session.rollback()
    event.words = ""
    ctx.session.commit()


def test_who_may_bring_what(ctx: Context) -> None:
    grantee = make_organisation(ctx.session)
    meeting = make_meeting(ctx.session, make_committee(ctx.session, led_by=grantee))
    own, followed = _expired(ctx, sender=grantee), _expired(ctx)
    followed.person.owner = grantee
    ctx.session.commit()
    foreign = _expired(ctx)
    user = acting_as(ctx, make_user(ctx.session, Role.GRANTEE, organisation=grantee))
    assert {one.id for one in case_sheets.candidates(user, meeting)} == {own.id, followed.id}
    with pytest.raises(ConflictError):
        case_sheets.bring(user, meeting.id, [own.id, foreign.id])
    assert ctx.session.query(CaseSheet).count() == 0
    case_sheets.bring(user, meeting.id, [own.id])
    elsewhere = make_organisation(ctx.session)
    other = acting_as(ctx, make_user(ctx.session, Role.GRANTEE, organisation=elsewhere))
    partner = acting_as(ctx, make_user(ctx.session, Role.PARTNER, organisation=grantee))
    for actor in (other, partner):
        with pytest.raises(ForbiddenError):
            case_sheets.prepared_meeting(actor, meeting.id)
        with pytest.raises(ForbiddenError):
            case_sheets.bring(actor, meeting.id, [own.id])


def test_the_staff_see_those_of_the_grantee_and_of_its_lots(ctx: Context) -> None:
    grantee = make_organisation(ctx.session)
    ctx.session.add(Grantee(organisation=grantee, call_year=2026, lots=[2]))
    meeting = make_meeting(ctx.session, make_committee(ctx.session, led_by=grantee))
    own = _expired(ctx, sender=grantee, lot=1)
    of_lot, elsewhere = _expired(ctx, lot=2), _expired(ctx, lot=3)
    long_ago = _expired(ctx, lot=2, made_at=ctx.now - timedelta(days=200))
    agent = acting_as(ctx, make_user(ctx.session, Role.AGENT))
    assert {one.id for one in case_sheets.candidates(agent, meeting)} == {own.id, of_lot.id}
    every = make_meeting(ctx.session)
    found = {one.id for one in case_sheets.candidates(agent, every)}
    assert found == {own.id, of_lot.id, elsewhere.id}
    assert long_ago.id not in found

    [sheet] = case_sheets.bring(agent, every.id, [elsewhere.id])
    case_sheets.update_sheet(agent, every.id, sheet.id, SheetData("", "", "Oui.", DAY), 1)
    assert elsewhere.id not in {
        one.id for one in case_sheets.candidates(agent, make_meeting(ctx.session))
    }


def test_a_copil_sees_no_situation(ctx: Context) -> None:
    copil = make_meeting(ctx.session, make_committee(ctx.session, kind=CommitteeKind.STEERING))
    referral = _expired(ctx)
    with pytest.raises(InvalidError, match="chiffres d’ensemble"):
        case_sheets.bring(ctx, copil.id, [referral.id])
    with pytest.raises(InvalidError, match="chiffres d’ensemble"):
        sheets_document(ctx, copil.id)


def test_refuses_what_cannot_be_written(ctx: Context) -> None:
    meeting = make_meeting(ctx.session)
    with pytest.raises(InvalidError, match="au moins une"):
        case_sheets.bring(ctx, meeting.id, [])
    [sheet] = case_sheets.bring(ctx, meeting.id, [_expired(ctx).id])
    refusals: tuple[tuple[SheetData, int, type[DomainError], str | None], ...] = (
        (SheetData("NIR 1 85 05 78 006 084 36"), 1, InvalidError, "blocking_point"),
        (SheetData(proposal="FR76 3000 6000 0112 3456 7890 189"), 1, InvalidError, "proposal"),
        (SheetData(decision="Oui."), 1, InvalidError, "decided_on"),
        (SheetData(decision="x" * 2001, decided_on=DAY), 1, InvalidError, "decision"),
        (EMPTY, 9, ConflictError, None),
    )
    for data, revision, error, field in refusals:
        with pytest.raises(error) as refusal:
            case_sheets.update_sheet(ctx, meeting.id, sheet.id, data, revision)
        assert refusal.value.field == field
    case_sheets.update_sheet(ctx, meeting.id, sheet.id, SheetData("", "", "Oui.", DAY), 1)
    with pytest.raises(InvalidError, match="ne s’efface pas"):
        case_sheets.update_sheet(ctx, meeting.id, sheet.id, EMPTY, 2)
    with pytest.raises(NotFoundError):
        case_sheets.update_sheet(ctx, meeting.id, 999, EMPTY, 1)


def test_several_people_bring_the_same_situation_once(app: Flask, ctx: Context) -> None:
    meeting_id, referral_id = make_meeting(ctx.session).id, _expired(ctx).id
    acts = [lambda own: len(case_sheets.bring(own, meeting_id, [referral_id]))] * 8
    assert sorted(results_at_once(app, acts)) == [0, 0, 0, 0, 0, 0, 0, 1]
    assert ctx.session.query(CaseSheet).count() == 1
    assert ctx.session.query(AgendaItem).count() == 1


def test_the_document_names_nobody_and_blurs_small_communes(ctx: Context) -> None:
    meeting = make_meeting(ctx.session)
    insee = {"arras": "62041", "small": "62085"}
    referrals = {
        size: _expired(
            ctx,
            person=make_person(
                ctx.session, name="Zoé Introuvable", phone="0600000000", email="z@exemple.example",
                commune_insee=code, age_band=AgeBand.FROM_60,
            ),
            need="Phrase du besoin",
            rights=("ASPA", "C2S"),
        )
        for size, code in insee.items()
    }  # fmt: skip
    case_sheets.bring(ctx, meeting.id, [one.id for one in referrals.values()])
    text = text_of(sheets_document(ctx, meeting.id).content)
    for secret in ("Introuvable", "0600000000", "exemple.example", "Phrase du besoin"):
        assert secret not in text
    for one in referrals.values():
        assert one.person.case_number in text
    assert facts_of(referrals["arras"]).place == "Arras"
    assert facts_of(referrals["small"]).place == "Secteur rural"
    assert referrals["small"].commune is not None
    assert referrals["small"].commune.name not in text
    blank = text_of(blank_document(ctx, meeting.id, 3).content)
    assert blank.count("Fiche de suivi de situation individuelle") == 3
    assert "D-" not in blank
