"""A forum of today for the tests of the door, put into a running site's database: run in that
site's environment, for the badges are encrypted with its key. Prints what the tests need as JSON.

    python -m tests.browser.forum_world"""

import json
import sys
from datetime import timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import insert
from sqlalchemy.orm import Session

from tests.browser.site import Site
from tests.factories.attendees import make_attendee
from tests.factories.forums import make_forum
from zna_network.app import create_app
from zna_network.extensions import db
from zna_network.models.attendee import Badge
from zna_network.models.door import Point, PointKind
from zna_network.models.forum import Forum, ForumState
from zna_network.services import badges as badge_services
from zna_network.services import devices
from zna_network.services.context import Context
from zna_network.services.french_time import local_date

NAMED = 640
BLANK = 30
PHONES = 24
POINTS = {
    "porte-a": ("Porte A", PointKind.ENTRY),
    "porte-b": ("Porte B", PointKind.ENTRY),
    "sortie": ("Sortie", PointKind.EXIT),
}
World = dict[str, Any]


def build_forum(site: Site) -> World:
    """``slug``, ``tickets`` and ``numbers`` by kind of badge, ``codes`` to pair phones with: one
    for each door in turn."""
    world: World = site.tell("tests.browser.forum_world")
    return world


def main() -> None:
    app = create_app()
    with app.app_context():
        session = db.session()
        ctx = Context(
            session, app.extensions["zna_ports"], app.extensions["zna_settings"], is_system=True
        )
        sys.stdout.write(json.dumps(_build(ctx, session)) + "\n")


def _build(ctx: Context, session: Session) -> World:
    today = local_date(ctx.now)
    # A draft: the public pages of the other tests go on showing the demonstration's forum.
    mark = uuid4().hex[:6]  # each file of tests has a forum of its own on the site
    forum = make_forum(session, slug=f"porte-{mark}", uid=f"porte-{mark}@cua.example",
                       held_on=today, state=ForumState.DRAFT, title="Forum de la porte",
                       gauge=700)  # fmt: skip
    former = make_forum(session, slug=f"avant-{mark}", uid=f"avant-{mark}@cua.example",
                        held_on=today - timedelta(days=364), state=ForumState.CLOSED)  # fmt: skip
    session.add_all(
        Point(forum=forum, code=code, name=name, kind=kind) for code, (name, kind) in POINTS.items()
    )
    session.commit()
    kinds = {
        "named": _named(ctx, forum),
        "blank": badge_services.issue_blank(ctx, forum.id, BLANK),
        "revoked": badge_services.issue_blank(ctx, forum.id, 1),
        "rehearsal": badge_services.issue_blank(ctx, forum.id, 2, is_rehearsal=True),
        "former": badge_services.issue_blank(ctx, former.id, 1),
    }
    badge_services.revoke(ctx, kinds["revoked"][0].id)
    return {
        "slug": forum.slug,
        "forum_id": forum.id,
        "tickets": {
            kind: [badge_services.ticket_of(ctx.settings, badge) for badge in found]
            for kind, found in kinds.items()
        },
        "numbers": {kind: [badge.number for badge in found] for kind, found in kinds.items()},
        "codes": _codes(ctx, forum),
    }


def _named(ctx: Context, forum: Forum) -> list[Badge]:
    """All of one person, which the door does not look at; the last of them came with two more."""
    session = ctx.session
    alone = make_attendee(session, forum, name="Camille Exemple")
    family = make_attendee(session, forum, name="Sacha Exemple", companions=2)
    found = []
    for count, person in ((NAMED - 1, alone), (1, family)):
        rows = badge_services._new_rows(ctx, forum.id, count, is_rehearsal=False)
        label = badge_services.label_of(person.name)
        session.execute(
            insert(Badge), [{**row, "label": label, "attendee_id": person.id} for row in rows]
        )
        found += [row["number"] for row in rows]
    session.commit()
    by_number = {badge.number: badge for badge in session.query(Badge).filter_by(forum_id=forum.id)}
    return [by_number[number] for number in found]


def _codes(ctx: Context, forum: Forum) -> list[str]:
    doors = [point for point in ctx.session.query(Point).filter_by(forum_id=forum.id)
             if point.kind is PointKind.ENTRY]  # fmt: skip
    codes = []
    for rank in range(PHONES):
        data = devices.DeviceData(f"Téléphone {rank + 1}", doors[rank % len(doors)].id)
        code = devices.pairing_code(ctx, devices.create_device(ctx, forum.id, data))
        assert code is not None
        codes.append(code)
    return codes


if __name__ == "__main__":
    main()
