"""Contact cards with vobject."""

from collections.abc import Sequence
from datetime import UTC
from typing import Any

from zna_network.ports.contact_cards import ContactCard


class VobjectCards:
    def write(self, cards: Sequence[ContactCard]) -> bytes:
        return "".join(_card(card).serialize() for card in cards).encode()


def _card(source: ContactCard) -> Any:
    import vobject

    card = vobject.vCard()
    name = f"{source.first_name} {source.last_name}".strip()
    card.add("fn").value = name or source.organisation
    card.add("n").value = vobject.vcard.Name(
        family=source.last_name, given=source.first_name, prefix=source.civility
    )
    card.add("org").value = [source.organisation]
    card.add("uid").value = source.uid
    card.add("rev").value = source.revised_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if not name:
        # How Apple and most phones tell an organisation from a person.
        card.add("x-abshowas").value = "COMPANY"
    for line, value in (
        ("title", source.function),
        ("url", source.website),
        ("note", source.note),
    ):
        if value:
            card.add(line).value = value
    _reach(card, source)
    if source.categories:
        card.add("categories").value = list(source.categories)
    return card


def _reach(card: Any, source: ContactCard) -> None:
    import vobject

    if source.email:
        email = card.add("email")
        email.value = source.email
        email.type_paramlist = ["INTERNET", "WORK"]
    if source.phone:
        phone = card.add("tel")
        phone.value = source.phone
        phone.type_paramlist = ["WORK", "VOICE"]
    if source.street or source.city:
        address = card.add("adr")
        address.value = vobject.vcard.Address(
            street=source.street, city=source.city, code=source.postcode, country="France"
        )
        address.type_param = "WORK"
