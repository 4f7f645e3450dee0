"""The photos of a handover: made again from their pixels, so that neither where nor with what they
were taken is kept; shown to whoever may see the handover."""

from collections.abc import Sequence

from zna_network.models.handover import HandoverPhoto
from zna_network.ports.images import UnreadableImageError
from zna_network.queries import van_handovers as queries
from zna_network.services.clean_values import clean_line
from zna_network.services.context import Context
from zna_network.services.errors import InvalidError, NotFoundError
from zna_network.services.sensitive_text import refuse_sensitive
from zna_network.services.van import access
from zna_network.services.van.handover_values import PhotoData

LONGEST_SIDE = 1600  # pixels: a scratch can be seen, and a picture weighs some 300 kB
MOST, LARGEST_MB = 8, 12
LONGEST_CAPTION = 160
UNKNOWN_PHOTO = "Cette photo n’existe pas."


def cleaned(ctx: Context, photos: Sequence[PhotoData]) -> list[HandoverPhoto]:
    """The pictures to be kept, in their order. Slow (some tenths of a second each): to be called
    before the transaction. Raises InvalidError naming the photo that cannot be taken."""
    if len(photos) > MOST:
        raise InvalidError(
            f"{len(photos)} photos, pour {MOST} au plus : gardez les plus utiles.", field="photos"
        )
    return [_cleaned(ctx, n, photo) for n, photo in enumerate(photos)]


def photo(ctx: Context, photo_id: int) -> HandoverPhoto:
    """For whoever may see the details of its booking. Raises NotFoundError."""
    found = ctx.session.execute(queries.photo(photo_id)).one_or_none()
    if found is None:
        raise NotFoundError(UNKNOWN_PHOTO)
    picture, booking_id = found
    if not access.may_see_details(ctx, access.booking_to_read(ctx, booking_id)):
        raise NotFoundError(UNKNOWN_PHOTO)
    return picture


def _cleaned(ctx: Context, n: int, photo: PhotoData) -> HandoverPhoto:
    name = f"Photo {n + 1}"
    if len(photo.content) > LARGEST_MB * 1024 * 1024:
        raise InvalidError(f"{name} : ce fichier dépasse {LARGEST_MB} Mo.", field="photos")
    caption = clean_line(photo.caption, field="photos", limit=LONGEST_CAPTION)
    try:
        clean = ctx.ports.images.clean(photo.content, longest_side=LONGEST_SIDE)
    except UnreadableImageError as error:
        raise InvalidError(f"{name} : {_in_sentence(str(error))}", field="photos") from error
    return HandoverPhoto(
        position=n,
        content=clean.content,
        media_type=clean.media_type,
        caption=refuse_sensitive(caption, field="photos"),
    )


def _in_sentence(words: str) -> str:
    return words[:1].lower() + words[1:]
