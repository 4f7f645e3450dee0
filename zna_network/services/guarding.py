"""Whether the database still refuses by itself what it must: a van booked twice, a history that is
rewritten. A site whose database does not is not to be opened."""

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from zna_network.config import NotReadyError
from zna_network.models import guards


def refuse_unguarded(session: Session) -> None:
    """Raises NotReadyError when a guard is missing, or when the database does not say."""
    try:
        names = guards.missing(session.connection())
    except SQLAlchemyError as error:
        raise NotReadyError(f"La base ne répond pas ({type(error).__name__}).") from error
    if names:
        more = "…" if len(names) > 3 else ""
        raise NotReadyError(
            f"La base n’a pas ses garde-fous ({', '.join(names[:3])}{more}) : lancez « zna init »."
        )
