"""Which organisation an autocomplete field means, with and without JavaScript."""

from dataclasses import replace

import pytest

from tests.factories.organisations import make_organisation
from zna_network.services import organisations
from zna_network.services.context import Context
from zna_network.services.errors import ForbiddenError, InvalidError


def _refusal(ctx: Context, chosen: str, typed: str) -> str:
    with pytest.raises(InvalidError) as refusal:
        organisations.resolve(ctx, chosen, typed, field="organisation")
    assert refusal.value.field == "organisation"
    return refusal.value.message


def test_the_one_chosen_in_the_list(ctx: Context) -> None:
    organisation = make_organisation(ctx.session, name="Emmaüs")
    assert organisations.resolve(ctx, str(organisation.id), "Emm", field="x") is organisation


def test_the_one_typed_by_name_or_acronym(ctx: Context) -> None:
    organisation = make_organisation(ctx.session, name="Emmaüs Arras", acronym="EA")
    for typed in ("Emmaüs Arras", "  EMMAUS ARRAS ", "E.A.", "ea", "EA"):
        assert organisations.resolve(ctx, "", typed, field="x") is organisation


def test_a_choice_that_does_not_exist(ctx: Context) -> None:
    for chosen in ("404", "x", "-1", "9" * 30, "٣"):
        assert "n’est plus dans l’annuaire" in _refusal(ctx, chosen, "Emmaüs")


def test_an_archived_organisation_is_no_choice(ctx: Context) -> None:
    organisation = make_organisation(ctx.session, name="Emmaüs", archived_at=ctx.now)
    assert "n’est plus dans l’annuaire" in _refusal(ctx, str(organisation.id), "Emmaüs")
    assert "Créez d’abord" in _refusal(ctx, "", "Emmaüs")


def test_nothing_typed(ctx: Context) -> None:
    assert _refusal(ctx, "", "  ") == "Indiquez un organisme de l’annuaire."


def test_several_of_that_name_are_told_apart_by_their_commune(ctx: Context) -> None:
    make_organisation(ctx.session, name="Restos du cœur", commune_insee="62041")
    make_organisation(ctx.session, name="Restos du cœur", commune_insee="62099")
    message = _refusal(ctx, "", "restos du coeur")
    assert "Plusieurs organismes" in message
    assert "(Arras)" in message
    assert "(Beaurains)" in message


def test_an_unknown_name_lists_the_near_ones(ctx: Context) -> None:
    make_organisation(ctx.session, name="Secours populaire français")
    message = _refusal(ctx, "", "secours populaire")
    assert "Vouliez-vous dire : Secours populaire français ?" in message
    assert "Créez d’abord sa fiche" in _refusal(ctx, "", "zzz")
    assert "Créez d’abord sa fiche" in _refusal(ctx, "", "'\";--")


def test_a_stranger_learns_nothing(ctx: Context) -> None:
    with pytest.raises(ForbiddenError):
        organisations.resolve(replace(ctx, is_system=False), "1", "", field="x")
