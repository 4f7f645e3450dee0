"""Contact cards, read by another program's parser."""

from datetime import UTC, datetime

import vobject

from zna_network.adapters.vcards import VobjectCards
from zna_network.ports.contact_cards import ContactCard

AT = datetime(2026, 12, 3, 9, 0, tzinfo=UTC)
ORGANISATION = ContactCard(
    uid="zna-network--ccas",
    organisation="CCAS d’Arras ; annexe, bis",
    revised_at=AT,
    email="accueil@ccas.example",
    phone="03 21 00 00 00",
    website="https://ccas.example/",
    street="1 rue de l’Exemple",
    postcode="62000",
    city="Arras",
    categories=("CCAS",),
    note="Lundi\nMardi",
)
PERSON = ContactCard(
    uid="p1", organisation="CCAS", revised_at=AT, civility="Mme", first_name="Camille",
    last_name="Exemple", function="Directrice",
)  # fmt: skip


def test_an_organisation_has_a_card() -> None:
    (card,) = vobject.readComponents(VobjectCards().write([ORGANISATION]).decode())
    assert card.version.value == "3.0"
    assert card.fn.value == "CCAS d’Arras ; annexe, bis"
    assert card.org.value == ["CCAS d’Arras ; annexe, bis"]
    assert card.x_abshowas.value == "COMPANY"
    assert (card.adr.value.street, card.adr.value.city) == ("1 rue de l’Exemple", "Arras")
    assert card.tel.value == "03 21 00 00 00"
    assert card.email.value == "accueil@ccas.example"
    assert card.note.value == "Lundi\nMardi"
    assert card.rev.value == "2026-12-03T09:00:00Z"


def test_a_person_has_a_card_with_the_organisation() -> None:
    (card,) = vobject.readComponents(VobjectCards().write([PERSON]).decode())
    assert card.fn.value == "Camille Exemple"
    assert (card.n.value.family, card.n.value.given, card.n.value.prefix) == (
        "Exemple", "Camille", "Mme",
    )  # fmt: skip
    assert card.title.value == "Directrice"
    assert not hasattr(card, "x_abshowas")


def test_cards_follow_one_another_with_crlf_and_folded_lines() -> None:
    content = VobjectCards().write([ORGANISATION, PERSON])
    assert content.count(b"BEGIN:VCARD\r\n") == 2
    assert content.replace(b"\r\n", b"").count(b"\n") == 0
    assert max(len(line) for line in content.split(b"\r\n")) <= 75


def test_no_card_is_an_empty_file() -> None:
    assert VobjectCards().write([]) == b""
