"""The demonstration's referrals as they are made: who refers whom, to whom, for what."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from uuid import NAMESPACE_URL, uuid5

from zna_network.models.account import Role, User
from zna_network.models.organisation import Organisation
from zna_network.models.person import Diagnostic, Person, Purpose
from zna_network.models.referral import (
    Callback,
    NonTakeUpCause,
    Referral,
    ReferralOrigin,
    ReferralRight,
    ReferralState,
    Side,
    Step,
    Urgency,
)
from zna_network.models.territory import lot_of
from zna_network.queries import demo_forum as forum_queries
from zna_network.services.context import Context
from zna_network.services.demo import referral_files
from zna_network.services.demo import referral_words as words
from zna_network.services.demo.partners import GRANTEES
from zna_network.services.demo.referral_lives import Act, Course, at_work, course_of, life
from zna_network.services.demo.referral_people import Invented
from zna_network.services.french_time import local_date
from zna_network.services.links import derived_token, token_hash
from zna_network.services.referrals.access import Author
from zna_network.services.referrals.links import LASTS, PURPOSE

_EACH = (1,) * 13 + (2,) * 5 + (3,) * 2  # referrals of one person
_ORIGINS = (ReferralOrigin.FIELDWORK,) * 6 + (ReferralOrigin.VAN,) * 3 + (ReferralOrigin.DESK,)
_URGENCIES = (Urgency.NORMAL,) * 13 + (Urgency.SOON,) * 5 + (Urgency.URGENT,) * 2
_CAUSES = (
    (NonTakeUpCause.UNAWARE,) * 9
    + (NonTakeUpCause.UNASKED,) * 5
    + (NonTakeUpCause.UNRECEIVED,) * 3
    + (NonTakeUpCause.UNOFFERED,) * 2
    + (None,)
)


@dataclass(frozen=True)
class Draft:
    """A referral as it was made, who made it, who answers for the receiver, and what follows."""

    referral: Referral
    sender: Author
    receiver: Author
    acts: list[Act]
    diagnostic: Diagnostic | None


@dataclass(frozen=True)
class Cast:
    """``senders``: the three grantees, then the CUA; ``authors`` and ``users`` alike."""

    organisations: dict[str, Organisation]
    senders: list[Organisation]
    authors: list[Author]
    town_halls: dict[str, str]
    partner: User | None

    def receiver(self, chance: Random, right: str, person: Person) -> Organisation | None:
        name = chance.choice(words.HELPERS[right])
        if name is None:
            name = self.town_halls.get(person.commune_insee or "", words.PANTRY)
        return self.organisations.get(name)

    def speaker(self, chance: Random, receiver: Organisation) -> Author:
        """By the link; the CAF, which has an account, one time in two by its account."""
        user = self.partner
        if user and user.organisation_id == receiver.id and chance.random() < 0.5:
            label = f"{user.name} ({receiver.short_name})"
            return Author(Side.RECEIVER, label, user.id)
        return Author(Side.RECEIVER, f"{receiver.short_name[:180]} (par le lien)")


def cast_of(ctx: Context, organisations: dict[str, Organisation], users: Sequence[User]) -> Cast:
    by_organisation = {user.organisation_id: user for user in users if user.organisation_id}
    senders = [organisations[partner.name] for partner, _ in GRANTEES]
    authors = [
        Author(Side.SENDER, f"{user.name} ({one.short_name})"[:200], user.id)
        if (user := by_organisation.get(one.id))
        else Author(Side.SENDER, one.short_name)
        for one in senders
    ]
    agent = next(user for user in users if user.role is Role.AGENT)
    return Cast(
        organisations,
        [*senders, organisations[words.CUA]],
        [*authors, Author(Side.STAFF, agent.name, agent.id)],
        words.town_halls(list(ctx.session.scalars(forum_queries.communes()))),
        next((user for user in users if user.role is Role.PARTNER), None),
    )


def drafts(
    ctx: Context, cast: Cast, someone: Invented, person: Person, moment: datetime
) -> list[Draft]:
    """The referrals of one person, as they were made, with what follows."""
    chance = Random(f"referral:{someone.rank}")  # noqa: S311
    pool = words.RIGHTS_OF[someone.target_group]
    firsts = list(dict.fromkeys(chance.sample(pool, k=min(len(pool), chance.choice(_EACH)))))
    diagnostic = None
    if someone.rank % 4 == 0:
        author = cast.authors[someone.owner]
        diagnostic = referral_files.diagnose(ctx, person, someone.rank, firsts, author, moment)
        ctx.session.add(diagnostic)
    made: list[Draft] = []
    for rank, right in enumerate(firsts):
        receiver = cast.receiver(chance, right, person)
        sender = cast.senders[someone.owner]
        made_at = moment + timedelta(minutes=4 * rank)
        if rank and diagnostic is None:
            made_at = at_work(local_date(moment + timedelta(days=chance.randint(3, 30))), chance)
        if receiver is None or receiver is sender or made_at >= ctx.now:
            continue
        also = [
            other
            for other in dict.fromkeys(pool)
            if other not in firsts and receiver.name in words.HELPERS[other]
        ]
        codes = [right, *(also[:1] if chance.random() < 0.3 else [])]
        course = course_of(chance)
        referral = _referral(chance, someone, person, receiver, codes, made_at)
        referral.sender = sender
        referral.created_by_id = cast.authors[someone.owner].user_id
        if course is Course.DECLINES:
            referral.step = Step.DECLINED
        link_columns(ctx, referral)
        acts = life(chance, referral, receiver.name, course)
        speaker = cast.speaker(chance, receiver)
        made.append(Draft(referral, cast.authors[someone.owner], speaker, acts, diagnostic))
    return made


def _referral(
    chance: Random,
    someone: Invented,
    person: Person,
    receiver: Organisation,
    codes: Sequence[str],
    made_at: datetime,
) -> Referral:
    client_id = str(uuid5(NAMESPACE_URL, f"demo-referral:{someone.rank}:{codes[0]}"))
    return Referral(
        client_id=client_id,
        person=person,
        receiver=receiver,
        origin=chance.choice(_ORIGINS),
        need=words.need_of(chance, codes[0]),
        cause=chance.choice(_CAUSES),
        urgency=chance.choice(_URGENCIES),
        callback=_callback(chance, person),
        callback_when=chance.choice(words.CALL_WHEN),
        commune_insee=person.commune.insee if person.commune else None,
        qpv_id=person.qpv.id if person.qpv else None,
        lot=int(lot_of(person.commune, person.qpv)) if person.commune else None,
        age_band=person.age_band,
        target_group=person.target_group,
        state=ReferralState.OPEN,
        step=Step.IDENTIFIED,
        made_at=made_at,
        received_at=made_at,
        moved_at=made_at,
        created_at=made_at,
        updated_at=made_at,
        rights=[ReferralRight(right_code=code, position=n) for n, code in enumerate(codes)],
        events=[],
        outcomes=[],
        appointments=[],
    )


def link_columns(ctx: Context, referral: Referral) -> None:
    """The receiver's link, the same each time: only the server's key makes a secret of it."""
    referral.link_salt = token_hash(f"{referral.client_id}:link")[:32]
    token = derived_token(ctx.settings, PURPOSE, referral.link_salt)
    referral.link_hash = token_hash(token)
    referral.link_expires_at = referral.made_at + LASTS


def _callback(chance: Random, person: Person) -> Callback:
    if not person.agrees_to(Purpose.CONTACT):
        return chance.choice((Callback.THROUGH_SENDER, Callback.THROUGH_SENDER, Callback.COMES))
    if person.phone:
        return chance.choice((Callback.PHONE, Callback.PHONE, Callback.SMS))
    return Callback.EMAIL if person.email else Callback.THROUGH_SENDER
