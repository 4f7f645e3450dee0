"""Whom the mails of a referral go to, on either side."""

from zna_network.models.organisation import Organisation
from zna_network.models.referral import Referral
from zna_network.ports.calendar import Address
from zna_network.queries import referral_acts as queries
from zna_network.services.context import Context


def receiver_addresses(ctx: Context, referral: Referral) -> list[Address]:
    """The referents of the organisation referred to, else its own address; nobody when it has
    none, and the pages then say that it must be told otherwise."""
    return _of_organisation(ctx, referral.receiver)


def sender_addresses(ctx: Context, referral: Referral) -> list[Address]:
    """Who made the referral, by their account or their stand; else the organisation that refers."""
    maker = referral.created_by
    if maker is not None and maker.is_active:
        return [Address(maker.email, maker.name)]
    stand = referral.stand
    if stand is not None and stand.contact_email:
        return [Address(stand.contact_email, stand.contact_name)]
    return _of_organisation(ctx, referral.sender)


def _of_organisation(ctx: Context, organisation: Organisation) -> list[Address]:
    referents = ctx.session.scalars(queries.referents(organisation.id)).all()
    found = {contact.email: Address(contact.email, contact.full_name) for contact in referents}
    if found:
        return list(found.values())
    own = organisation.email
    return [Address(own, organisation.name)] if own else []
