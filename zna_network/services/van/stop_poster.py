"""The poster of a stop, for the door of the town hall and the baker's window."""

from zna_network.models.booking import Booking, BookingState, Stop
from zna_network.ports.pdf import PaperSize, Poster
from zna_network.queries import van_coverage as queries
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, NotFoundError
from zna_network.services.folding import fold
from zna_network.services.french_time import local_date, long_date, short_time, time_range
from zna_network.services.permissions import Permission
from zna_network.services.van.whereabouts import NAME, page_of

UNKNOWN = "Cette étape n’existe pas."
NOT_GRANTED = "L’affiche d’une étape se fait une fois la réservation accordée."
NOT_PUBLIC = (
    "Cette étape n’est pas annoncée au public : elle n’a pas d’affiche. Modifiez la réservation "
    "pour l’annoncer."
)
_GRANTED = {BookingState.APPROVED, BookingState.OUT, BookingState.RETURNED}
_FOOTER = "Communauté urbaine d’Arras — Territoire Zéro Non-Recours"


class PosterFile:
    """``content`` is a PDF."""

    media_type = "application/pdf"

    def __init__(self, content: bytes, stop: Stop) -> None:
        self.content = content
        place = fold(stop.commune.name).replace(" ", "-")
        self.filename = f"affiche-{place}-{local_date(stop.starts_at).isoformat()}.pdf"


def stop_poster(
    ctx: Context, booking_id: int, stop_id: int, size: PaperSize = PaperSize.A4
) -> PosterFile:
    """Its QR code opens the public page on the stop's commune, which says if the stop was moved
    or cancelled since it was printed. Raises NotFoundError, or ConflictError while there is
    nothing to announce."""
    ctx.require(Permission.VAN_READ)
    stop = ctx.session.scalars(queries.stop_of(booking_id, stop_id)).unique().one_or_none()
    if stop is None:
        raise NotFoundError(UNKNOWN)
    if not has_poster(stop.booking, stop):
        raise ConflictError(NOT_PUBLIC if stop.booking.state in _GRANTED else NOT_GRANTED)
    return PosterFile(ctx.ports.pdf.poster(_poster(ctx, stop, size)), stop)


def has_poster(booking: Booking, stop: Stop) -> bool:
    return stop.is_public and booking.state in _GRANTED


def _poster(ctx: Context, stop: Stop, size: PaperSize) -> Poster:
    booking = stop.booking
    rights = ", ".join(right.label for right in booking.rights)
    hosts = [booking.organisation, *booking.partners]
    day, hours = _when(stop)
    return Poster(
        title=f"{NAME} vient à {stop.commune.name}",
        subtitle=day,
        lines=[
            line
            for line in (
                hours,
                stop.where,
                "Gratuit, ouvert à tous",
                rights and f"On regarde ensemble vos droits\u00a0: {rights}",
                f"Avec {', '.join(host.name for host in hosts if host)}" if any(hosts) else "",
            )
            if line
        ],
        url=page_of(ctx, stop.insee),
        footer=_FOOTER,
        caption="Scannez\u00a0: où est CUA Mobile\u00a0?",
        size=size,
    )


def _when(stop: Stop) -> tuple[str, str]:
    """« Jeudi 4 mars 2027 » and « De 9 h à 12 h »; over two days, the second says until when."""
    day = long_date(stop.starts_at).capitalize()
    if local_date(stop.starts_at) == local_date(stop.ends_at):
        return day, time_range(stop.starts_at, stop.ends_at).capitalize()
    end = f"{long_date(stop.ends_at)} à {short_time(stop.ends_at)}"
    return day, f"De {short_time(stop.starts_at)} jusqu’au {end}"
