"""What staff are told at once of a handover: what is not in order, and kilometres that no trip
explains."""

from zna_network.models.booking import Booking
from zna_network.models.handover import Handover
from zna_network.services.context import Context
from zna_network.services.van import mails
from zna_network.services.van.mileage import km


def troubles(handover: Handover) -> list[str]:
    """In words, what somebody has to look at; empty when all is well."""
    said = [
        f"{item.get('label')} : {item.get('remark') or 'pas en ordre'}"
        for item in handover.checklist
        if item.get("is_fine") is False
    ]
    if handover.gap_km is not None:
        said.append(
            f"{km(handover.gap_km)} de plus qu’au dernier retour : aucune sortie ne l’explique"
        )
    return said


def tell(ctx: Context, booking: Booking, handover: Handover) -> None:
    """In the caller's transaction; nothing when there is nothing to say."""
    said = troubles(handover)
    if not said and not handover.remarks:
        return
    mails.tell_staff(
        ctx,
        booking,
        "van_handover_trouble",
        direction=handover.direction.label.lower(),
        troubles=said,
        remarks=handover.remarks,
        photos=len(handover.photos),
    )
