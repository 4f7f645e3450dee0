"""The pages of the individual situations."""

from io import BytesIO

import docx

from tests.factories.committees import make_committee
from tests.factories.meetings import make_meeting
from tests.factories.referrals import make_referral
from tests.page_checks import Browser
from tests.statements import cost
from zna_network.models.case_sheet import CaseSheet
from zna_network.models.committee import CommitteeKind
from zna_network.models.referral import ReferralState
from zna_network.ports.documents import DOCX_MEDIA_TYPE
from zna_network.services.context import Context


def _url(meeting_id: int, rest: str = "") -> str:
    return f"/instances/reunions/{meeting_id}/situations{rest}"


def test_from_what_is_stuck_to_the_printed_sheet(ctx: Context, agent: Browser) -> None:
    meeting = make_meeting(ctx.session)
    url = _url(meeting.id)
    assert "Rien n’est bloqué" in agent.get(url).text
    referral = make_referral(ctx.session, state=ReferralState.EXPIRED, rights=("ASPA",))
    page = agent.get(url)
    assert referral.person.case_number in page.text
    assert url in agent.get(f"/instances/reunions/{meeting.id}").links()

    page = agent.post(url, {})
    assert (page.status, "Cochez au moins une situation" in page.text) == (200, True)
    page = agent.follow(agent.post(url, {"referrals": str(referral.id)}))
    assert "1 situation mise à l’ordre du jour" in page.text
    sheet = ctx.session.query(CaseSheet).one()
    edit = _url(meeting.id, f"/{sheet.id}")
    typed = {"revision": "1", "proposal": "Appeler", "decision": "Oui", "decided_on": ""}
    page = agent.post(edit, typed)
    assert "Indiquez le jour de la décision" in page.text
    assert page.value_of("proposal") == "Appeler"
    page = agent.follow(agent.post(edit, {**typed, "decided_on": "2026-12-17"}))
    assert "Fiche enregistrée" in page.text
    page = agent.post(edit, {**typed, "decided_on": "2026-12-17"})
    assert "Quelqu’un d’autre a modifié" in page.text
    for name in ("/fiches.docx", "/vierges.docx?nombre=2"):
        answer = agent.get(_url(meeting.id, name)).response
        assert answer.mimetype == DOCX_MEDIA_TYPE
        assert docx.Document(BytesIO(answer.data)).paragraphs
    page = agent.post(_url(meeting.id, f"/{sheet.id}/retirer"), {})
    assert (page.status, "elle reste" in page.text) == (409, True)
    assert ctx.session.query(CaseSheet).count() == 1


def test_a_copil_has_no_such_page(ctx: Context, agent: Browser) -> None:
    meeting = make_meeting(ctx.session, make_committee(ctx.session, kind=CommitteeKind.STEERING))
    assert _url(meeting.id) not in agent.get(f"/instances/reunions/{meeting.id}").links()
    page = agent.get(_url(meeting.id))
    assert (page.status, "chiffres d’ensemble" in page.text) == (422, True)


def test_the_page_costs_the_same_for_one_situation_or_twenty(ctx: Context, agent: Browser) -> None:
    meeting = make_meeting(ctx.session)
    meeting_id, costs = meeting.id, []
    for more in (1, 19):
        for _ in range(more):
            make_referral(ctx.session, state=ReferralState.EXPIRED)
        costs.append(cost(ctx.session, lambda: agent.get(_url(meeting_id))))
    assert costs[0] == costs[1]
