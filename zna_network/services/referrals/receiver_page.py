"""The page behind the receiver's link. Before « J’ai bien reçu » it says nothing of the person: the
programs that follow the links of mails before people do learn nothing, and acknowledge nothing."""

from dataclasses import dataclass

from zna_network.models.person import Purpose
from zna_network.models.referral import Appointment, Callback, Referral
from zna_network.services.context import Context
from zna_network.services.errors import NotFoundError
from zna_network.services.referrals import links
from zna_network.services.referrals.access import (
    Identity,
    identity_for_receiver,
    may_receiver_name,
    may_receiver_read_words,
)
from zna_network.services.referrals.appointment_calendar import file_of


@dataclass(frozen=True)
class ReceiverPage:
    """``identity`` when the person agreed to be contacted. ``shows_need``: what was typed about
    the need, and the commune, which could tell who it is, follow the same rule. ``how`` says how
    to go on without."""

    referral: Referral
    identity: Identity | None
    shows_need: bool
    shows_words: bool
    how: str

    @property
    def callback(self) -> Callback:
        """Nobody is called whose number is not given."""
        asked = self.referral.callback
        if self.identity is None and asked is not Callback.COMES:
            return Callback.THROUGH_SENDER
        return asked

    @property
    def is_opened(self) -> bool:
        return self.referral.seen_at is not None


def read(ctx: Context, token: str) -> ReceiverPage:
    """Once opened, each reading is in the journal. Raises NotFoundError, LinkGoneError."""
    with ctx.unit_of_work():
        referral = links.referral_of(ctx, token)
        page = page_of(referral)
        if page.is_opened:
            ctx.record("referral.read", referral, what="link")
            if page.identity is not None:
                ctx.record("person.read", referral.person, what="link", referral=referral.id)
    # Committed, and expired by it: read again as the templates will.
    return page_of(links.referral_of(ctx, token))


def page_of(referral: Referral) -> ReceiverPage:
    named = may_receiver_name(referral.person, referral)
    return ReceiverPage(
        referral=referral,
        identity=identity_for_receiver(referral.person, referral),
        shows_need=named,
        shows_words=may_receiver_read_words(referral),
        how=how_to_go_on(referral),
    )


def how_to_go_on(referral: Referral) -> str:
    """In plain words, when the person is not named."""
    if referral.person.anonymised_at is not None:
        return "Ce dossier a été anonymisé : il ne dit plus de qui il s’agissait."
    consent = referral.person.consent(Purpose.CONTACT)
    asked = consent is not None and consent.answer != "not_asked"
    why = (
        "La personne n’a pas souhaité que ses coordonnées vous soient transmises."
        if asked
        else "On n’a pas demandé à la personne si ses coordonnées pouvaient vous être transmises."
    )
    number = referral.person.case_number
    if referral.callback is Callback.COMES:
        return f"{why} Elle se présentera chez vous avec le numéro {number}."
    return (
        f"{why} Cela n’empêche pas de l’aider : passez par {referral.sender.name}, qui la connaît, "
        f"avec le numéro {number}. Proposez un rendez-vous ou posez une question ci-dessous."
    )


def calendar_file(ctx: Context, token: str, appointment_id: int) -> bytes:
    """An appointment for the holder's own calendar."""
    referral = links.referral_of(ctx, token)
    with_place = may_receiver_read_words(referral)
    return file_of(ctx, _appointment(referral, appointment_id), with_place=with_place)


def _appointment(referral: Referral, appointment_id: int) -> Appointment:
    found = next((one for one in referral.appointments if one.id == appointment_id), None)
    if found is None:
        raise NotFoundError("Ce rendez-vous n’existe pas.")
    return found
