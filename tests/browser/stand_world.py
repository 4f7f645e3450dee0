"""A forum of today with a stand, whom it may refer to, and phones to pair there, put into a running
site's database: run in that site's environment, as ``forum_world``. Prints what the tests need.

    python -m tests.browser.stand_world"""

import json
import sys
from typing import Any
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.browser.site import Site
from tests.factories.attendees import make_attendee
from tests.factories.forums import make_forum, make_stand
from tests.factories.organisations import make_contact, make_offer, make_organisation
from zna_network.app import create_app
from zna_network.extensions import db
from zna_network.models.door import Point
from zna_network.models.forum import Forum, ForumState
from zna_network.models.organisation import Organisation
from zna_network.models.referral import Referral
from zna_network.models.territory import Right, TargetGroup
from zna_network.services import badges, devices, points, territory
from zna_network.services.context import Context
from zna_network.services.french_time import local_date
from zna_network.services.referrals import receivers

PHONES, PEOPLE = 10, 12
RIGHTS = ("RSA", "APL")
# What the phone must suggest as the server does: rights, place, public.
SOUGHT = [
    (["RSA"], "", ""),
    (["RSA", "APL"], "62041", ""),
    (["APL"], "62041", "seniors"),
    (["RSA", "APL", "C2S"], "62041:{qpv}", "youth"),
    (["RSA", "C2S"], "ailleurs", "single_parents"),
    (["ASPA"], "62041", ""),
]
World = dict[str, Any]


def build_stands(site: Site) -> World:
    """``forum_id``, ``stand``, ``receiver`` (a name), ``tickets``, ``numbers``, ``codes`` of phones
    to pair at the stand, ``door_code``, and ``suggested``: what the server suggests, by question."""
    world: World = site.tell("tests.browser.stand_world")
    return world


def read_referrals(site: Site, stand_id: int) -> list[dict[str, Any]]:
    """What the server holds of the stand's referrals, deciphered, the first made first."""
    found: list[dict[str, Any]] = site.tell("tests.browser.stand_world", str(stand_id))
    return found


def main() -> None:
    app = create_app()
    with app.app_context():
        ctx = Context(
            db.session(),
            app.extensions["zna_ports"],
            app.extensions["zna_settings"],
            is_system=True,
        )
        asked = sys.argv[1:]
        answer = _referrals(ctx, int(asked[0])) if asked else _build(ctx, ctx.session)
        sys.stdout.write(json.dumps(answer) + "\n")


def _referrals(ctx: Context, stand_id: int) -> list[dict[str, Any]]:
    of_stand = select(Referral).where(Referral.stand_id == stand_id).order_by(Referral.id)
    return [
        {
            "number": referral.shown_number,
            "need": referral.need,
            "rights": [right.right_code for right in referral.rights],
            "receiver": referral.receiver.name,
            "callback": referral.callback,
            "step": referral.step,
            "name": referral.person.name,
            "phone": referral.person.phone,
            "email": referral.person.email,
            "commune": referral.person.commune_insee,
            "consents": {c.purpose: [c.answer, c.language] for c in referral.person.consents},
        }
        for referral in ctx.session.scalars(of_stand)
    ]


def _build(ctx: Context, session: Session) -> World:
    mark = uuid4().hex[:6]
    forum = make_forum(session, slug=f"stands-{mark}", uid=f"stands-{mark}@cua.example",
                       held_on=local_date(ctx.now), state=ForumState.DRAFT,
                       title="Forum des stands")  # fmt: skip
    receiver = _offering(session, mark)
    holder = make_organisation(session, name=f"Association du stand {mark}")
    stand = make_stand(session, forum, holder)
    stand.rights = [session.get_one(Right, code) for code in RIGHTS]
    session.commit()
    points.keep_up_with_forum(ctx, forum.id)
    at_stand = session.scalars(select(Point).where(Point.stand_id == stand.id)).one()
    at_door = session.scalars(
        select(Point).where(Point.forum_id == forum.id, Point.stand_id.is_(None))
    ).first()
    assert at_door is not None
    people = [
        make_attendee(
            session, forum, name="Camille", email="camille@personne.example", commune_insee="62041"
        )
        for _ in range(PEOPLE)
    ]
    issued = [badges.issue(ctx, forum, person) for person in people]
    rehearsal = badges.issue_blank(ctx, forum.id, 2, is_rehearsal=True)
    return {
        "forum_id": forum.id,
        "slug": forum.slug,
        "stand": at_stand.name,
        "stand_id": stand.id,
        "holder": holder.name,
        "receiver": receiver.name,
        "receiver_id": receiver.id,
        "tickets": [badges.ticket_of(ctx.settings, badge) for badge in issued],
        "numbers": [badge.number for badge in issued],
        "rehearsal": badges.ticket_of(ctx.settings, rehearsal[0]),
        "codes": [_code(ctx, forum, at_stand, rank) for rank in range(PHONES)],
        "door_code": _code(ctx, forum, at_door, PHONES),
        "suggested": _suggested(ctx),
    }


def _offering(session: Session, mark: str) -> Organisation:
    """Offers near and far, for some and for everybody; the first organisation covers the most."""
    receiver = make_organisation(session, name=f"Caisse des droits {mark}", email="caisse@exemple.example")  # fmt: skip
    make_contact(session, receiver, is_referent=True, email="referent@exemple.example")
    make_offer(session, receiver, rights=["RSA", "APL"], communes=["62041"])
    make_offer(session, receiver, rights=["C2S"])
    near = make_organisation(session, name=f"Permanence d’Arras {mark}", commune_insee="62041")
    make_offer(session, near, rights=["APL"])
    old = make_organisation(session, name=f"Maison des aînés {mark}")
    make_offer(session, old, rights=["APL", "ASPA"], target_groups=[TargetGroup.SENIORS])
    far = make_organisation(session, name=f"Relais des quartiers {mark}")
    make_offer(session, far, rights=["RSA", "C2S"], lots=[3])
    return receiver


def _suggested(ctx: Context) -> list[tuple[list[str], str, str, list[tuple[str, list[str]]]]]:
    qpv = next(q for q in territory.load(ctx).qpvs if any(c.insee == "62041" for c in q.communes))
    found = []
    for rights, place, group in SOUGHT:
        at = place.format(qpv=qpv.id)
        told = receivers.suggest_for(ctx, rights, at, group)
        found.append((rights, at, group, [(one.name, list(one.reasons)) for one in told]))
    return found


def _code(ctx: Context, forum: Forum, point: Point, rank: int) -> str:
    data = devices.DeviceData(f"Téléphone {rank + 1}", point.id)
    code = devices.pairing_code(ctx, devices.create_device(ctx, forum.id, data))
    assert code is not None
    return code


if __name__ == "__main__":
    main()
