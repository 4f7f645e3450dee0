"""Situations before the comités techniques of the demonstration: decided at the last one of lot 1,
on the agenda of the next ones."""

from collections.abc import Sequence
from datetime import timedelta

from zna_network.models.committee import Committee
from zna_network.models.meeting import Meeting
from zna_network.models.referral import Referral, ReferralState
from zna_network.queries import demo_referrals as queries
from zna_network.services import case_sheets
from zna_network.services.case_sheets import SheetData
from zna_network.services.context import Context
from zna_network.services.demo.meetings import LOT_1, LOT_2
from zna_network.services.demo.past import at
from zna_network.services.demo.referral_play import Stage
from zna_network.services.french_time import local_date

_BEFORE = timedelta(days=6)
_DECIDED = (
    SheetData(
        "Accord de principe, mais la pièce demandée reste introuvable.",
        "Désigner un référent unique pour réunir les pièces avec la personne.",
        "L’organisme nomme un référent, qui prend contact sous huit jours.",
    ),
    SheetData(
        "Deux organismes se renvoient la demande.",
        "Dire lequel des deux est compétent.",
        "L’organisme destinataire instruit ; le lauréat accompagne au premier rendez-vous.",
    ),
    SheetData(
        "Aucune réponse de l’organisme malgré les relances.",
        "Passer par un autre accueil.",
        "Le CCAS de la commune reçoit la personne ; nouvelle orientation par le lauréat.",
    ),
)
_TO_COME = (
    SheetData("Pas de nouvelle depuis l’acceptation.", "Demander où en est le dossier."),
    SheetData("Refus sans autre solution proposée.", "Chercher ensemble un autre organisme."),
    SheetData("Situation sans réponse.", ""),
)


def plan(
    ctx: Context, stage: Stage, committees: dict[str, Committee], referrals: Sequence[Referral]
) -> None:
    """At the last meeting of lot 1, what was stuck then: looked for on the day itself."""
    past, _ = _around(ctx, committees[LOT_1])
    if past is None:
        return
    leader = committees[LOT_1].led_by_id

    def bring() -> None:
        day = past.starts_at - _BEFORE
        for referral in referrals:
            if referral.made_at < day and referral.sender.id == leader:
                stage.let_pass(referral, day)
        ctx.session.flush()
        then = at(ctx, day)
        found = [r for r in case_sheets.candidates(then, past) if r.sender_id == leader]
        found = [r for r in found if r.made_at < day - timedelta(days=15)][: len(_DECIDED)]
        if found:
            case_sheets.bring(then, past.id, [r.id for r in found])

    def decide() -> None:
        then = at(ctx, past.ends_at + timedelta(hours=2))
        ctx.session.flush()
        for sheet, said in zip(case_sheets.read_sheets(then, past), _DECIDED, strict=False):
            data = SheetData(
                said.blocking_point, said.proposal, said.decision, local_date(past.starts_at)
            )
            case_sheets.update_sheet(then, past.id, sheet.id, data, sheet.revision)

    stage.plan(past.starts_at - _BEFORE, bring)
    stage.plan(past.ends_at + timedelta(hours=2), decide)


def prepare_next(ctx: Context, committees: dict[str, Committee]) -> None:
    """What is stuck now, before the next meetings."""
    for name, number in ((LOT_1, 4), (LOT_2, 2)):
        _, coming = _around(ctx, committees[name])
        if coming is None:
            continue
        leader = committees[name].led_by_id
        found = [r for r in case_sheets.candidates(ctx, coming) if r.sender_id == leader]
        live = [r for r in found if r.state is ReferralState.ACCEPTED]
        chosen = [*live[: number - 1], *[r for r in found if r not in live]][:number]
        if not chosen:
            continue
        case_sheets.bring(ctx, coming.id, [referral.id for referral in chosen])
        sheets = case_sheets.read_sheets(ctx, coming)
        for sheet, said in zip(sheets, _TO_COME, strict=False):
            case_sheets.update_sheet(ctx, coming.id, sheet.id, said, sheet.revision)


def _around(ctx: Context, committee: Committee) -> tuple[Meeting | None, Meeting | None]:
    """The last meeting held and the next one."""
    meetings = ctx.session.scalars(queries.meetings_of(committee.id)).all()
    past = [one for one in meetings if one.ends_at < ctx.now]
    coming = [one for one in meetings if one.starts_at > ctx.now]
    return (past[-1] if past else None, coming[0] if coming else None)
