"""Who a person referred at a stand is: what was typed there, what the badge already tells, and the
file that the stand's organisation may have of them."""

from dataclasses import replace

from zna_network.models.attendee import Badge
from zna_network.models.person import Person
from zna_network.services.addresses import clean_email
from zna_network.services.clean_values import clean_phone
from zna_network.services.context import Context
from zna_network.services.errors import InvalidError
from zna_network.services.referrals import people
from zna_network.services.referrals.people import PersonData
from zna_network.services.sealed_referrals import SealedPerson, SealedReferral

_TO_VERIFY = "Noté au stand, à vérifier :"


def described(
    ctx: Context, said: SealedReferral, badge: Badge | None, *, agrees: bool
) -> PersonData:
    """What was typed, completed by what the visitor said when registering: where they live, and
    their name and contact if they agree to be contacted. A badge of several people tells the home
    they share, and how to reach them, not who of them this is."""
    person = _typed(said.person, said.consents.language)
    if badge is None:
        return person
    facts = people.facts_of_badge(ctx, badge, scanned=said.ticket is not None, at_stand=True)
    person = replace(person, place=person.place or facts.place)
    if agrees and not (person.email or person.phone):
        person = replace(person, email=facts.email, phone=facts.phone)
    if badge.attendee is not None and badge.attendee.companions:
        return person
    if agrees:
        person = replace(person, name=person.name or facts.name)
    return replace(
        person,
        age_band=person.age_band or ("" if person.birth_year else facts.age_band),
        target_group=person.target_group or facts.target_group,
    )


def _typed(typed: SealedPerson, language: str) -> PersonData:
    """The person has left the stand: a contact that cannot be right goes to the note, where whoever
    follows the file can make something of it, rather than losing the referral."""
    doubtful = []
    email, phone = typed.email.strip(), typed.phone.strip()
    try:
        email = clean_email(email) if email else ""
    except InvalidError:
        doubtful.append(email)
        email = ""
    try:
        phone = clean_phone(phone)
    except InvalidError:
        doubtful.append(phone)
        phone = ""
    return PersonData(
        name=" ".join(typed.name.split()),
        email=email,
        phone=phone,
        birth_year=typed.birth_year,
        place=typed.place,
        age_band=typed.age_band,
        target_group=typed.target_group,
        language=language,
        note=f"{_TO_VERIFY} {', '.join(doubtful)}" if doubtful else "",
    )


def known(
    ctx: Context, organisation_id: int, badge: Badge | None, person: PersonData
) -> Person | None:
    """The file that the organisation already has of the badge's bearer, when nothing in it says
    otherwise. In doubt another file is made: it will be suggested as a duplicate, and somebody
    will say. A badge of several people tells only by the name whose file it is."""
    if badge is None:
        return None
    files = people.of_badge(ctx, badge.id, organisation_id)
    several = len(files) > 1 or bool(badge.attendee and badge.attendee.companions)
    fitting = [file for file in files if _agrees(file, person, needs_name=several)]
    return fitting[0] if len(fitting) == 1 else None


def _agrees(file: Person, person: PersonData, *, needs_name: bool) -> bool:
    names = {person.name.casefold(), file.name.casefold()}
    pairs = (
        (person.email, file.email),
        (person.phone, file.phone),
        (person.birth_year, file.birth_year),
    )
    return (
        file.anonymised_at is None
        and len(names - {""}) < 2
        and not (needs_name and "" in names)
        and all(not said or not written or said == written for said, written in pairs)
    )
