"""Which contact a name typed stands for, on both engines."""

import pytest

from tests.factories.organisations import make_contact, make_organisation
from zna_network.models.organisation import Contact
from zna_network.services.contact_choice import resolve_contact
from zna_network.services.context import Context
from zna_network.services.errors import InvalidError


def _person(ctx: Context, first_name: str, last_name: str, **values: object) -> Contact:
    organisation = make_organisation(ctx.session, acronym="CAF", name="Caisse d’exemple")
    return make_contact(
        ctx.session,
        organisation,
        first_name=first_name,
        last_name=last_name,
        sort_key=f"{last_name} {first_name}".lower().replace("é", "e"),
        **values,
    )


def test_the_choice_made_in_the_list_comes_first(ctx: Context) -> None:
    assert resolve_contact(ctx, "12", "Peu importe", field="contact") == 12


@pytest.mark.parametrize("typed", ["Zoé Exemple", "exemple zoe", " ZOÉ  EXEMPLE "])
def test_a_name_that_one_person_has_is_enough(ctx: Context, typed: str) -> None:
    zoe = _person(ctx, "Zoé", "Exemple")
    _person(ctx, "Zoé-Lou", "Exemple")
    assert resolve_contact(ctx, "", typed, field="contact") == zoe.id


def test_refuses_what_no_single_person_is_named(ctx: Context) -> None:
    _person(ctx, "Zoé", "Exemple")
    for _ in range(2):
        _person(ctx, "Lou", "Modele")
    _person(ctx, "Sacha", "Parti", archived_at=ctx.now)
    for typed, words in (
        ("", "Indiquez une personne"),
        ("…", "Indiquez une personne"),
        ("Zoé", "Vouliez-vous dire : Zoé Exemple (CAF)"),
        ("Personne Inconnue", "nouveau contact"),
        ("Lou Modèle", "Plusieurs personnes"),
        ("Sacha Parti", "nouveau contact"),
    ):
        with pytest.raises(InvalidError) as refusal:
            resolve_contact(ctx, "", typed, field="contact")
        assert words in refusal.value.message
        assert refusal.value.field == "contact"
