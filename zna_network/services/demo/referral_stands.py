"""The referrals that the stands of today's forum have made: real ones, by the same use case as a
phone's, with their mails."""

from collections.abc import Iterator
from datetime import timedelta
from random import Random
from uuid import NAMESPACE_URL, uuid5

from zna_network.models.attendee import Attendee, Badge
from zna_network.models.door import Visit
from zna_network.models.forum import Forum
from zna_network.models.organisation import Organisation
from zna_network.models.person import ConsentAnswer, Purpose
from zna_network.models.referral import Callback, NonTakeUpCause, ReferralOrigin, Side, Step
from zna_network.models.stand import Stand
from zna_network.queries import demo_referrals as queries
from zna_network.services.context import Context
from zna_network.services.demo import referral_words as words
from zna_network.services.demo.past import at
from zna_network.services.languages import language_of
from zna_network.services.referrals import creation
from zna_network.services.referrals.access import Author
from zna_network.services.referrals.consents import ConsentData
from zna_network.services.referrals.creation import ReferralData, Sender
from zna_network.services.referrals.people import PersonData
from zna_network.services.registration_values import place_of

EACH_DAY = 16
_A = ConsentAnswer


def build(ctx: Context, forum: Forum, organisations: dict[str, Organisation]) -> None:
    """Once a day; a few of the visitors, each at the first stand where they stopped."""
    ids = [_client_id(forum, rank) for rank in range(EACH_DAY)]
    if ctx.session.scalar(queries.number_made_by(ids)):
        return
    for client_id, (visit, badge, stand) in zip(ids, _chosen(ctx, forum), strict=False):
        chance = Random(client_id)  # noqa: S311 - a story, not a secret
        visitor = badge.attendee
        assert visitor is not None
        data = _said(chance, client_id, visitor, badge, stand, organisations)
        if data is not None:
            moment = min(visit.happened_at + timedelta(minutes=chance.randint(3, 9)), ctx.now)
            holder = stand.organisation
            assert holder is not None
            label = f"Stand {stand.number} — {holder.name}"
            sender = Sender(holder.id, Author(Side.SENDER, label[:200]), stand.id)
            creation.create(at(ctx.as_system("démonstration"), moment), sender, data)


def _chosen(ctx: Context, forum: Forum) -> Iterator[tuple[Visit, Badge, Stand]]:
    seen: set[int] = set()
    rows = ctx.session.execute(queries.visits_to_stands(forum.id)).all()
    every = max(1, len(rows) // (2 * EACH_DAY))
    for visit, badge, stand in rows[::every]:
        if badge.id not in seen:
            seen.add(badge.id)
            yield visit, badge, stand


def _said(
    chance: Random,
    client_id: str,
    visitor: Attendee,
    badge: Badge,
    stand: Stand,
    organisations: dict[str, Organisation],
) -> ReferralData | None:
    right = chance.choice(words.RIGHTS_OF[visitor.target_group])
    receiver = organisations.get(chance.choice(words.HELPERS[right]) or words.PANTRY)
    if receiver is None or receiver.id == stand.organisation_id:
        right, receiver = "CHEQUE_ENERGIE", organisations[words.FRANCE_SERVICES]
    if receiver.id == stand.organisation_id:
        return None
    contact = chance.choice((_A.GIVEN, _A.GIVEN, _A.GIVEN, _A.REFUSED))
    evaluation = chance.choice((_A.GIVEN, _A.GIVEN, _A.REFUSED, _A.NOT_ASKED))
    reached = Callback.PHONE if visitor.phone else Callback.EMAIL
    if not (visitor.phone or visitor.email) or contact is not _A.GIVEN:
        reached = Callback.COMES
    return ReferralData(
        client_id=client_id,
        receiver_id=receiver.id,
        rights=(right,),
        origin=ReferralOrigin.STAND.value,
        callback=reached.value,
        need=words.need_of(chance, right),
        cause=chance.choice(tuple(NonTakeUpCause)).value,
        person=PersonData(
            name=visitor.name,
            email=visitor.email,
            phone=visitor.phone,
            place=place_of(visitor.commune_insee, visitor.qpv_id, visitor.is_from_elsewhere),
            age_band=visitor.age_band.value if visitor.age_band else "",
            target_group=visitor.target_group.value if visitor.target_group else "",
            language=visitor.language,
        ),
        badge_id=badge.id,
        consents=ConsentData(
            {Purpose.CONTACT: contact, Purpose.EVALUATION: evaluation},
            language=language_of(visitor.language).code,
        ),
        step=Step.DECLINED.value if chance.random() < 0.1 else "",
    )


def _client_id(forum: Forum, rank: int) -> str:
    return str(uuid5(NAMESPACE_URL, f"{forum.uid}:{forum.held_on}:referral:{rank}"))
