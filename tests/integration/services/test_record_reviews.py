"""« Fiche à jour ? » on both engines: asked, answered by a link, decided, once."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask import Flask

from tests.acting import acting_as
from tests.factories.accounts import make_user
from tests.factories.organisations import make_contact, make_offer, make_organisation
from tests.mail_reading import mails, parsed, text_of
from tests.races import race
from tests.world import FrozenClock
from zna_network.models.account import Role
from zna_network.models.audit import AuditEvent
from zna_network.models.directory_work import RecordReview, ReviewState
from zna_network.models.organisation import Organisation
from zna_network.models.outbox import OutboxState
from zna_network.ports.mailer import DeliveryError, Envelope
from zna_network.services import (
    organisations,
    outbox,
    record_reviews,
    review_answers,
    review_decisions,
)
from zna_network.services.context import Context
from zna_network.services.delivery import deliver_due
from zna_network.services.errors import (
    ConflictError,
    ForbiddenError,
    InvalidError,
    LinkGoneError,
)
from zna_network.services.organisations import InvalidValuesError
from zna_network.services.review_answers import CorrectionData

TODAY = date(2026, 12, 3)


def _organisation(ctx: Context, **values: object) -> Organisation:
    return make_organisation(
        ctx.session,
        **{"name": "CCAS d’exemple", "phone": "03 21 00 00 00", "city": "Lens", **values},
    )


def _ask(ctx: Context, *asked: Organisation) -> list[str]:
    """The tokens of the links sent, as their mails carry them."""
    before = len(mails(ctx.session, "record_review"))
    record_reviews.ask_organisations(ctx, [one.id for one in asked])
    return _tokens(ctx)[before:]


def _tokens(ctx: Context) -> list[str]:
    """Those of the mails that still have a content."""
    sent = [m for m in mails(ctx.session, "record_review") if m.content is not None]
    return [re.findall(r"/fiche/([\w-]+)", text_of(mail))[0] for mail in sent]


def _as_shown(organisation: Organisation, **changes: object) -> CorrectionData:
    names = (
        "phone", "email", "website", "address", "postcode", "commune_insee", "city",
        "opening_hours", "description",
    )  # fmt: skip
    shown = CorrectionData(**{name: getattr(organisation, name) for name in names})
    return replace(shown, **changes)


def _propose(ctx: Context, organisation: Organisation, **changes: object) -> RecordReview:
    make_contact(ctx.session, organisation, is_referent=True)
    [token] = _ask(ctx, organisation)
    seen = review_answers.open_link(ctx, token).seen
    return review_answers.propose(ctx, token, _as_shown(organisation, **changes), seen)


def _actions(ctx: Context) -> list[str]:
    events = ctx.session.query(AuditEvent).order_by(AuditEvent.id)
    return [e.action for e in events if e.action.startswith(("review.", "organisation."))]


def test_referents_are_asked_and_only_a_hash_is_kept(ctx: Context) -> None:
    organisation = _organisation(ctx, email="accueil@organisme.example")
    referent = make_contact(ctx.session, organisation, is_referent=True)
    make_contact(ctx.session, organisation, is_referent=False)
    make_contact(ctx.session, organisation, is_referent=True, archived_at=ctx.now)
    [token] = _ask(ctx, organisation)
    [review] = ctx.session.query(RecordReview)
    assert (review.recipient, review.contact_id) == (referent.email, referent.id)
    assert review.expires_at == ctx.now + timedelta(days=30)
    assert token not in review.token_hash
    [mail] = mails(ctx.session, "record_review")
    assert parsed(mail)["Auto-Submitted"] == "auto-generated"
    assert "référent" in text_of(mail)
    assert _actions(ctx) == ["review.sent"]


def test_without_a_referent_the_organisation_itself_is_asked(ctx: Context) -> None:
    organisation = _organisation(ctx, email="accueil@organisme.example")
    [first] = _ask(ctx, organisation)
    [mail] = mails(ctx.session, "record_review")
    assert mail.recipient == "accueil@organisme.example"
    assert "référent" not in text_of(mail)
    _ask(ctx, organisation)
    with pytest.raises(LinkGoneError, match="remplacé"):
        review_answers.open_link(ctx, first)
    [second] = _tokens(ctx)
    assert review_answers.open_link(ctx, second).organisation.id == organisation.id


def test_those_who_cannot_be_written_to_are_named(ctx: Context) -> None:
    reachable = _organisation(ctx, email="accueil@organisme.example")
    nobody = _organisation(ctx, name="Sans adresse")
    asked = record_reviews.ask_organisations(ctx, [reachable.id, nobody.id])
    assert len(asked.reviews) == 1
    assert asked.left_out == ["Sans adresse"]


def test_nothing_is_sent_when_one_record_has_left_the_directory(ctx: Context) -> None:
    reachable = _organisation(ctx, email="accueil@organisme.example")
    archived = _organisation(ctx, email="ancien@organisme.example", archived_at=ctx.now)
    with pytest.raises(ConflictError):
        record_reviews.ask_organisations(ctx, [reachable.id, archived.id])
    with pytest.raises(InvalidError, match="Cochez"):
        record_reviews.ask_organisations(ctx, [])
    assert mails(ctx.session) == []


@pytest.mark.parametrize("role", [Role.GRANTEE, Role.PARTNER])
def test_only_staff_asks_and_decides(ctx: Context, role: Role) -> None:
    organisation = _organisation(ctx)
    review = _propose(ctx, organisation, phone="03 21 11 11 11")
    theirs = acting_as(ctx, make_user(ctx.session, role, organisation))
    for act in (
        lambda: record_reviews.ask_organisations(theirs, [organisation.id]),
        lambda: record_reviews.revoke_review(theirs, review.id),
        lambda: review_decisions.apply_correction(theirs, review.id, ["phone"], ""),
        lambda: review_decisions.refuse_correction(theirs, review.id, "Non"),
    ):
        with pytest.raises(ForbiddenError):
            act()


def test_confirming_verifies_the_record_and_spends_the_link(ctx: Context) -> None:
    organisation = _organisation(ctx, email="accueil@organisme.example")
    [token] = _ask(ctx, organisation)
    nobody = replace(ctx, is_system=False)
    seen = review_answers.open_link(nobody, token).seen
    review = review_answers.confirm(nobody, token, seen)
    assert review.state is ReviewState.CONFIRMED
    assert organisation.last_verified_on == TODAY
    assert _actions(ctx) == ["review.sent", "organisation.verified", "review.confirmed"]
    with pytest.raises(LinkGoneError, match="déjà servi"):
        review_answers.confirm(nobody, token, seen)


def test_a_record_changed_meanwhile_is_not_confirmed_blindly(ctx: Context) -> None:
    organisation = _organisation(ctx, email="accueil@organisme.example")
    [token] = _ask(ctx, organisation)
    seen = review_answers.open_link(ctx, token).seen
    changed = replace(organisations.data_of(organisation), phone="03 21 22 22 22")
    organisations.update_organisation(ctx, organisation.id, changed, organisation.revision)
    with pytest.raises(ConflictError, match="a changé"):
        review_answers.confirm(ctx, token, seen)
    assert organisation.last_verified_on is None


def test_a_link_dies_of_age_of_revocation_and_of_archiving(
    ctx: Context, clock: FrozenClock
) -> None:
    one, two, three = (_organisation(ctx, email=f"a{n}@organisme.example") for n in range(3))
    [aged], [revoked], [archived] = (_ask(ctx, one) for one in (one, two, three))
    [review] = ctx.session.query(RecordReview).filter_by(organisation_id=two.id)
    record_reviews.revoke_review(ctx, review.id)
    organisations.archive_organisation(ctx, three.id)
    for token, why in ((revoked, "annulé"), (archived, "plus dans l’annuaire"), ("x", "aucune")):
        with pytest.raises(LinkGoneError, match=why):
            review_answers.open_link(ctx, token)
    assert review_answers.open_link(ctx, aged)
    clock.move(timedelta(days=30))
    with pytest.raises(LinkGoneError, match="expiré"):
        review_answers.open_link(ctx, aged)


def test_revoking_a_link_pulls_back_its_mail_unless_it_has_left(ctx: Context) -> None:
    asked = [_organisation(ctx, email=f"b{n}@organisme.example") for n in range(4)]
    _ask(ctx, *asked)
    sent = mails(ctx.session, "record_review")
    waiting, failed, under_way, left = sent
    failed.state, failed.last_error = OutboxState.FAILED, "Boîte pleine"
    left.state, left.sent_at = OutboxState.SENT, ctx.now
    ctx.session.commit()
    of_mail = {one.recipient: one.id for one in ctx.session.query(RecordReview)}

    class WhileSending:
        """The link is revoked while the server is taking the mail, which it then refuses."""

        def send(self, envelope: Envelope) -> None:
            if envelope.recipient == under_way.recipient:
                record_reviews.revoke_review(ctx, of_mail[envelope.recipient])
                raise DeliveryError("Réessayez plus tard.", permanent=False)

    for mail in (waiting, failed, left):
        record_reviews.revoke_review(ctx, of_mail[mail.recipient])
    deliver_due(replace(ctx, ports=replace(ctx.ports, mailer=WhileSending())), "worker")
    ctx.session.expire_all()
    assert [mail.state for mail in sent] == [OutboxState.CANCELLED] * 3 + [OutboxState.SENT]
    assert [mail.content is None for mail in sent] == [True, True, True, False]
    with pytest.raises(ConflictError, match="en échec"):
        outbox.resend(ctx, failed.id)


def test_a_link_that_was_used_cannot_be_revoked(ctx: Context) -> None:
    review = _propose(ctx, _organisation(ctx), phone="03 21 11 11 11")
    with pytest.raises(ConflictError, match="déjà servi"):
        record_reviews.revoke_review(ctx, review.id)


def test_a_correction_waits_and_keeps_only_what_changes(ctx: Context) -> None:
    organisation = _organisation(ctx)
    review = _propose(ctx, organisation, phone="0321111111", contacts_comment="Mme X est partie")
    assert review.state is ReviewState.CORRECTION_PROPOSED
    assert review.proposal == {"phone": {"phone": "03 21 11 11 11"}}
    assert review.before == {"phone": {"phone": "03 21 00 00 00"}}
    assert "Mme X est partie" in review.comment
    assert organisation.phone == "03 21 00 00 00"
    assert organisation.last_verified_on is None


def test_a_wrong_siret_stored_long_ago_blocks_no_other_correction(ctx: Context) -> None:
    organisation = _organisation(ctx, siret="12345678901234")
    data = replace(organisations.data_of(organisation), phone="0321222222")
    organisations.update_organisation(ctx, organisation.id, data, organisation.revision)
    assert (organisation.phone, organisation.siret) == ("03 21 22 22 22", "12345678901234")
    review = _propose(ctx, organisation, phone="03 21 33 33 33")
    seen = review_decisions.correction(ctx, review.id).seen
    review_decisions.apply_correction(ctx, review.id, ["phone"], seen)
    assert organisation.phone == "03 21 33 33 33"
    changed = replace(organisations.data_of(organisation), siret="12345678901235")
    with pytest.raises(InvalidValuesError, match="clé de contrôle"):
        organisations.update_organisation(ctx, organisation.id, changed, organisation.revision)
    emptied = replace(changed, siret="")
    organisations.update_organisation(ctx, organisation.id, emptied, organisation.revision)
    assert organisation.siret == ""


def test_what_is_wrong_is_said_for_each_field_and_nothing_is_kept(ctx: Context) -> None:
    organisation = _organisation(ctx, email="accueil@organisme.example")
    [token] = _ask(ctx, organisation)
    seen = review_answers.open_link(ctx, token).seen
    wrong = _as_shown(organisation, phone="12", email="pas une adresse", postcode="6200")
    with pytest.raises(InvalidValuesError) as refusal:
        review_answers.propose(ctx, token, wrong, seen)
    assert {problem.field for problem in refusal.value.problems} == {"phone", "email", "postcode"}
    with pytest.raises(InvalidError, match="rien changé"):
        review_answers.propose(ctx, token, _as_shown(organisation), seen)
    assert review_answers.open_link(ctx, token).review.state is ReviewState.SENT


def test_an_agent_applies_a_part_of_a_correction(ctx: Context) -> None:
    organisation = _organisation(ctx)
    offer = make_offer(ctx.session, organisation, opening_hours="Lundi")
    review = _propose(
        ctx,
        organisation,
        phone="03 21 11 11 11",
        description="Autre",
        offer_hours={offer.id: "Mardi"},
    )
    seen = review_decisions.correction(ctx, review.id).seen
    offered = f"offer:{offer.id}"
    review_decisions.apply_correction(ctx, review.id, ["phone", offered], seen)
    ctx.session.expire_all()
    assert (organisation.phone, organisation.description) == ("03 21 11 11 11", "")
    assert offer.opening_hours == "Mardi"
    assert organisation.last_verified_on == TODAY
    assert set(review.applied) == {"phone", offered}
    [thanks] = mails(ctx.session, "record_review_applied")
    assert thanks.recipient == review.recipient
    assert "Téléphone" in text_of(thanks)
    assert "Missions" not in text_of(thanks)
    assert _actions(ctx)[-1] == "review.applied"


def test_nothing_is_applied_that_was_not_proposed_or_seen(ctx: Context) -> None:
    organisation = _organisation(ctx)
    review = _propose(ctx, organisation, phone="03 21 11 11 11")
    seen = review_decisions.correction(ctx, review.id).seen
    refused: Sequence[tuple[list[str], str, type[Exception]]] = (
        ([], seen, InvalidError),
        (["email"], seen, InvalidError),
        (["phone"], "another record", ConflictError),
    )
    for keys, shown, error in refused:
        with pytest.raises(error):
            review_decisions.apply_correction(ctx, review.id, keys, shown)
    assert organisation.phone == "03 21 00 00 00"
    assert mails(ctx.session, "record_review_applied") == []


def test_a_refusal_has_a_reason_that_the_person_receives(ctx: Context) -> None:
    organisation = _organisation(ctx)
    review = _propose(ctx, organisation, phone="03 21 11 11 11")
    with pytest.raises(InvalidError) as refusal:
        review_decisions.refuse_correction(ctx, review.id, "  ")
    assert refusal.value.field == "reason"
    review_decisions.refuse_correction(ctx, review.id, "Ce numéro est celui du siège.")
    assert review.state is ReviewState.CORRECTION_REFUSED
    assert organisation.phone == "03 21 00 00 00"
    [mail] = mails(ctx.session, "record_review_refused")
    assert "celui du siège" in text_of(mail)
    assert parsed(mail)["Auto-Submitted"] == "auto-generated"


def test_two_agents_who_decide_at_once_are_one_decision(app: Flask, ctx: Context) -> None:
    review = _propose(ctx, _organisation(ctx), phone="03 21 11 11 11")
    number, seen = review.id, review_decisions.correction(ctx, review.id).seen
    ctx.session.rollback()
    outcome = race(
        app,
        [
            lambda c: review_decisions.apply_correction(c, number, ["phone"], seen),
            lambda c: review_decisions.refuse_correction(c, number, "Non"),
            lambda c: review_decisions.apply_correction(c, number, ["phone"], seen),
        ],
    )
    assert outcome == ["ConflictError", "ConflictError", "won"]
    kinds = ("record_review_applied", "record_review_refused")
    assert sum(len(mails(ctx.session, kind)) for kind in kinds) == 1


def test_a_link_clicked_twice_at_once_answers_once(app: Flask, ctx: Context) -> None:
    [token] = _ask(ctx, _organisation(ctx, email="accueil@organisme.example"))
    seen = review_answers.open_link(ctx, token).seen
    ctx.session.rollback()
    outcome = race(app, [lambda c: review_answers.confirm(c, token, seen)] * 2)
    assert outcome == ["LinkGoneError", "won"]


def test_two_agents_who_ask_at_once_leave_one_link_that_works(app: Flask, ctx: Context) -> None:
    """The referent's, and the organisation's own address."""
    named, own = (_organisation(ctx, email=f"b{n}@organisme.example") for n in range(2))
    make_contact(ctx.session, named, is_referent=True)
    ids = [named.id, own.id]
    ctx.session.rollback()
    race(app, [lambda c: record_reviews.ask_organisations(c, ids)] * 2)
    for organisation_id in ids:
        sent = ctx.session.query(RecordReview).filter_by(organisation_id=organisation_id)
        states = [review.state for review in sent]
        assert states.count(ReviewState.SENT) == 1
