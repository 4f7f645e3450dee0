"""What organisations offer, on both engines."""

from dataclasses import replace

import pytest
from flask import Flask

from tests.acting import acting_as
from tests.factories.accounts import make_user
from tests.factories.organisations import make_offer, make_organisation
from tests.races import race
from zna_network.models.account import Role
from zna_network.models.audit import AuditEvent
from zna_network.models.organisation import Offer, OfferKind
from zna_network.models.territory import Qpv, TargetGroup
from zna_network.services import offers, organisations
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, ForbiddenError, NotFoundError
from zna_network.services.offers import OfferData
from zna_network.services.organisations import InvalidValuesError

RSA = OfferData(
    title="Permanence RSA",
    kind=OfferKind.DROP_IN,
    opening_hours="Lundi\r\nMardi",
    covers_whole_epci=False,
    communes=("62151", "62041"),
    lots=(3,),
    rights=("RSA", "PPA"),
    target_groups=(TargetGroup.YOUTH, TargetGroup.SENIORS),
)


def test_an_offer_is_stored_and_the_record_found_by_it(ctx: Context) -> None:
    organisation = make_organisation(ctx.session)
    seen = organisation.revision
    offer = offers.create_offer(ctx, organisation.id, RSA)
    ctx.session.expire_all()
    assert [commune.name for commune in offer.communes] == ["Arras", "Boisleux-au-Mont"]
    assert [right.code for right in offer.rights] == ["RSA", "PPA"]
    assert offer.opening_hours == "Lundi\nMardi"
    for words in ("permanence rsa", "prime d activite", "boisieux au mont", "lot 3"):
        assert words in organisation.search_text
    assert organisation.revision == seen, "somebody typing in the record is not disturbed"
    assert ctx.session.query(AuditEvent).one().action == "offer.created"


def test_a_wrong_offer_is_refused(ctx: Context) -> None:
    organisation = make_organisation(ctx.session)
    for change, field in (
        ({"title": " "}, "title"),
        ({"title": "x" * 161}, "title"),
        ({"covers_whole_epci": True}, "covers_whole_epci"),
        ({"communes": (), "lots": ()}, "covers_whole_epci"),
        ({"communes": ("75056",)}, "communes"),
        ({"qpvs": (404,)}, "qpvs"),
        ({"lots": (4,)}, "lots"),
        ({"rights": ("INCONNU",)}, "rights"),
    ):
        with pytest.raises(InvalidValuesError) as refusal:
            offers.create_offer(ctx, organisation.id, replace(RSA, **change))
        assert refusal.value.field == field
        assert ctx.session.query(Offer).count() == 0


def test_the_same_offer_is_not_entered_twice_even_at_once(app: Flask, ctx: Context) -> None:
    organisation_id = make_organisation(ctx.session).id
    twice = replace(RSA, communes=("62041", "62151", "62041"))
    outcomes = race(
        app,
        [
            lambda c, data=data: offers.create_offer(c, organisation_id, data)
            for data in (RSA, twice)
        ],
    )
    assert outcomes == ["ConflictError", "won"]
    assert ctx.session.query(Offer).count() == 1


def test_a_change_replaces_the_lists_and_the_search_follows(ctx: Context) -> None:
    organisation = make_organisation(ctx.session)
    offer = offers.create_offer(ctx, organisation.id, RSA)
    qpv = ctx.session.query(Qpv).filter_by(slug="quatre-as").one()
    changed = OfferData(
        title="Accueil",
        covers_whole_epci=False,
        qpvs=(qpv.id,),
        rights=("APA",),
        target_groups=(TargetGroup.SENIORS,),
    )
    offers.update_offer(ctx, offer.id, changed, offer.revision)
    ctx.session.expire_all()
    assert offers.data_of(offer) == changed
    assert "quatre as" in organisation.search_text
    assert "rsa" not in organisation.search_text


def test_only_the_rights_changed_still_raises_the_lock(ctx: Context) -> None:
    offer = offers.create_offer(ctx, make_organisation(ctx.session).id, RSA)
    seen = offer.revision
    offers.update_offer(ctx, offer.id, replace(RSA, rights=("APA",)), seen)
    assert offer.revision == seen + 1
    with pytest.raises(ConflictError):
        offers.update_offer(ctx, offer.id, replace(RSA, rights=("AAH",)), seen)
    assert [right.code for right in offer.rights] == ["APA"]


def test_nothing_changed_writes_nothing(ctx: Context) -> None:
    offer = offers.create_offer(ctx, make_organisation(ctx.session).id, RSA)
    offers.update_offer(ctx, offer.id, offers.data_of(offer), offer.revision)
    assert offer.revision == 1


def test_two_agents_change_the_same_offer_and_one_wins(app: Flask, ctx: Context) -> None:
    offer = offers.create_offer(ctx, make_organisation(ctx.session).id, RSA)
    offer_id, seen = offer.id, offer.revision
    outcomes = race(
        app,
        [
            lambda c, right=right: offers.update_offer(
                c, offer_id, replace(RSA, rights=(right,)), seen
            )
            for right in ("APA", "AAH")
        ],
    )
    assert outcomes == ["ConflictError", "won"]


def test_an_offer_removed_is_no_longer_found(ctx: Context) -> None:
    organisation = make_organisation(ctx.session)
    offer = make_offer(ctx.session, organisation, title="Atelier budget", rights=["RSA"])
    assert "atelier budget" in organisation.search_text
    offers.remove_offer(ctx, offer.id)
    assert ctx.session.query(Offer).count() == 0
    assert "atelier" not in organisation.search_text
    with pytest.raises(NotFoundError):
        offers.remove_offer(ctx, offer.id)


def test_an_archived_organisation_offers_nothing_new(ctx: Context) -> None:
    organisation = make_organisation(ctx.session)
    offer = make_offer(ctx.session, organisation)
    organisations.archive_organisation(ctx, organisation.id)
    for act in (
        lambda: offers.create_offer(ctx, organisation.id, RSA),
        lambda: offers.update_offer(ctx, offer.id, RSA, offer.revision),
        lambda: offers.remove_offer(ctx, offer.id),
    ):
        with pytest.raises(ConflictError, match="archivé"):
            act()


def test_only_staff_change_offers(ctx: Context) -> None:
    organisation = make_organisation(ctx.session)
    offer = make_offer(ctx.session, organisation)
    grantee = acting_as(ctx, make_user(ctx.session, Role.GRANTEE, organisation))
    for act in (
        lambda: offers.create_offer(grantee, organisation.id, RSA),
        lambda: offers.update_offer(grantee, offer.id, RSA, offer.revision),
        lambda: offers.remove_offer(grantee, offer.id),
    ):
        with pytest.raises(ForbiddenError):
            act()
