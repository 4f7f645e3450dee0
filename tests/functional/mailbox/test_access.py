"""Who opens what of the mails received: the staff alone. The table follows the URL map."""

from flask import Flask

from tests.access_matrix import OF_WHO_MAY, Line, World, area, browsers_of, listed, routes
from tests.factories.accounts import make_user
from tests.factories.calendar_mails import answer_mail
from tests.factories.committees import make_committee
from tests.factories.invitations import make_invitation
from tests.factories.meetings import make_meeting
from tests.factories.organisations import make_grantee, make_organisation
from tests.mail_receiving import receive
from zna_network.models.account import Role
from zna_network.models.mailbox import AddressTrouble, TimeProposal
from zna_network.services.context import Context

EVERYBODY = "APLOS"  # Anonymous, Partner, Leading grantee, Other grantee, Staff
LINES = (
    Line("mailbox.index", "GET", "/messages/recus", "S"),
    Line("mailbox.show", "GET", "/messages/recus/{mail}", "S"),
    Line("mailbox.source", "GET", "/messages/recus/{mail}/source", "S"),
    Line("mailbox.apply", "POST", "/messages/recus/{mail}/prendre-en-compte", "S"),
    Line("mailbox.mark_address", "POST", "/messages/recus/{mail}/marquer-adresse", "S"),
    Line("mailbox.set_aside", "POST", "/messages/recus/{mail}/ecarter", "S"),
    Line("mailbox.proposal", "GET", "/messages/propositions/{proposal}", "S"),
    Line("mailbox.decide_proposal", "POST", "/messages/propositions/{proposal}", "S"),
    Line("mailbox.troubles", "GET", "/messages/adresses", "S"),
    Line("mailbox.settle_trouble", "POST", "/messages/adresses/{trouble}/regler", "S"),
)


def test_the_staff_alone_and_every_route(app: Flask, ctx: Context) -> None:
    lead = make_grantee(ctx.session)
    meeting = make_meeting(ctx.session, make_committee(ctx.session, led_by=lead))
    person = make_invitation(ctx.session, meeting, convened=True, name="Nom Secret")
    later = {"starts": meeting.ends_at, "ends": meeting.ends_at.replace(hour=17)}
    _, held = receive(
        ctx,
        answer_mail(person, "TENTATIVE", method="COUNTER", **later),
        answer_mail(person, sender="mallory@mal.example", minutes=1),
    )
    trouble = AddressTrouble(
        email="ancienne@organisme.example", is_permanent=True, first_at=ctx.now, last_at=ctx.now
    )
    ctx.session.add(trouble)
    ctx.session.commit()
    proposal = ctx.session.query(TimeProposal).one()
    values = {"mail": held.id, "proposal": proposal.id, "trouble": trouble.id}
    users = {
        "P": make_user(ctx.session, Role.PARTNER, make_organisation(ctx.session)),
        "L": make_user(ctx.session, Role.GRANTEE, lead),
        "O": make_user(ctx.session, Role.GRANTEE, make_grantee(ctx.session)),
        "S": make_user(ctx.session, Role.AGENT),
    }
    world = World(values, browsers_of(app, users))
    wrong = []
    for line in LINES:
        for letter in EVERYBODY:
            got = world.ask(line, letter, OF_WHO_MAY)
            if got.is_in is not (letter in line.who):
                wrong.append(f"{line.name} as {letter}: {got.status}")
    assert not wrong, "\n".join(wrong)
    assert listed(LINES) == routes(app, area("mailbox"))
