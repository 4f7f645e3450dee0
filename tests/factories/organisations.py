"""Organisations, contacts and offers, saved as the services would leave them."""

from sqlalchemy.orm import Session

from tests.factories.numbering import numbers
from tests.world import FrozenClock
from zna_network.models.organisation import (
    Contact,
    Grantee,
    Offer,
    OfferKind,
    OfferTargetGroup,
    Organisation,
    OrganisationKind,
)
from zna_network.models.territory import Commune, Right
from zna_network.services.folding import fold, search_text
from zna_network.services.search_copy import refresh_search_text

_numbers = numbers()


def make_organisation(session: Session, **values: object) -> Organisation:
    number = next(_numbers)
    name = str(values.pop("name", f"Association d’exemple {number}"))
    now = FrozenClock().now()
    organisation = Organisation(
        **{
            "name": name,
            "slug": f"{fold(name).replace(' ', '-')}-{number}",
            "kind": OrganisationKind.ASSOCIATION,
            "sort_key": fold(name),
            "search_text": search_text(name, str(values.get("acronym", ""))),
            "created_at": now,
            "updated_at": now,
            **values,
        }
    )
    session.add(organisation)
    session.commit()
    return organisation


def make_grantee(session: Session, **values: object) -> Organisation:
    """An organisation that the call for projects retained, for lot 1."""
    organisation = make_organisation(session, **values)
    session.add(Grantee(organisation_id=organisation.id, call_year=2026, lots=[1]))
    session.commit()
    return organisation


def make_contact(session: Session, organisation: Organisation, **values: object) -> Contact:
    number = next(_numbers)
    now = FrozenClock().now()
    contact = Contact(
        **{
            "organisation": organisation,
            "first_name": "Camille",
            "last_name": f"Exemple{number}",
            "function": "Chargée de partenariat",
            "email": f"camille.exemple{number}@organisme.example",
            "sort_key": f"exemple{number} camille",
            "is_fictitious": True,
            "created_at": now,
            "updated_at": now,
            **values,
        }
    )
    session.add(contact)
    session.commit()
    return contact


def make_offer(session: Session, organisation: Organisation, **values: object) -> Offer:
    """For the whole EPCI unless ``communes``, ``qpvs`` or ``lots`` say otherwise. ``rights`` and
    ``communes`` may be codes; ``target_groups`` are TargetGroups."""
    now = FrozenClock().now()
    parts = any(values.get(key) for key in ("communes", "qpvs", "lots"))
    codes: dict[str, type] = {"rights": Right, "communes": Commune}
    for key, model in codes.items():
        given = values.get(key, [])
        assert isinstance(given, list)
        values[key] = [session.get(model, x) if isinstance(x, str) else x for x in given]
    groups = values.pop("target_groups", [])
    assert isinstance(groups, list)
    offer = Offer(
        **{
            "organisation": organisation,
            "kind": OfferKind.DROP_IN,
            "title": f"Permanence {next(_numbers)}",
            "covers_whole_epci": not parts,
            "lots": [],
            "target_groups": [OfferTargetGroup(target_group=group) for group in groups],
            "created_at": now,
            "updated_at": now,
            **values,
        }
    )
    session.add(offer)
    session.flush()
    refresh_search_text(organisation)
    session.commit()
    return offer
