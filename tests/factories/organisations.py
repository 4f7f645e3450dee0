"""Organisations and contacts, saved as the services would leave them."""

from itertools import count

from sqlalchemy.orm import Session

from tests.world import FrozenClock
from zna_network.models.organisation import Contact, Organisation, OrganisationKind
from zna_network.services.folding import fold, search_text

_numbers = count(1)


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
