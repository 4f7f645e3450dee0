"""What a file changes in the directory: shown first, then written whole."""

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests.acting import acting_as
from tests.factories.accounts import make_user
from tests.factories.import_files import OTHER_SIRET, SIRET, csv_file
from tests.factories.organisations import make_contact, make_offer, make_organisation
from tests.world import FrozenClock
from zna_network.jobs.worker import run_once
from zna_network.models.account import Role
from zna_network.models.audit import AuditEvent
from zna_network.models.directory_work import ImportBatch, ImportLine, LineStatus
from zna_network.models.organisation import OfferKind, Organisation, OrganisationKind
from zna_network.models.territory import TargetGroup
from zna_network.queries import imports as queries
from zna_network.services.context import Context
from zna_network.services.directory_import import batches
from zna_network.services.errors import ForbiddenError, InvalidError, NotFoundError

FULL = {
    "Nom": "CCAS de Rœux",
    "Sigle": "CCAS",
    "Type": "CCAS",
    "CP": "62118",
    "Ville": "Roeux",
    "Téléphone": "0321000000",
    "Courriel": "ACCUEIL@ccas-roeux.example",
    "Horaires": "Mardi",
    "Permanence": "Permanence droits",
    "Lieu": "Mairie",
    "Droits": "RSA, APL",
    "Publics": "Jeunes",
    "Territoire": "Rœux ; lot 1",
    "Nom du contact": "Exemple",
    "Prénom du contact": "Camille",
    "E-mail du contact": "camille.exemple@ccas-roeux.example",
    "Référent": "oui",
}


def _prepare(ctx: Context, *rows: dict[str, str]) -> ImportBatch:
    return batches.prepare(ctx, "essai.csv", csv_file(*rows))


def _apply(ctx: Context, batch: ImportBatch, *, leave_rejected: bool = False) -> ImportBatch:
    return batches.apply_batch(ctx, batch.id, batch.plan_digest, leave_rejected=leave_rejected)


def _import(ctx: Context, *rows: dict[str, str]) -> ImportBatch:
    return _apply(ctx, _prepare(ctx, *rows))


def _lines(ctx: Context, batch: ImportBatch) -> list[ImportLine]:
    return list(ctx.session.scalars(queries.lines(batch.id)))


def _organisations(ctx: Context) -> list[Organisation]:
    return list(ctx.session.scalars(select(Organisation).order_by(Organisation.id)))


def _statuses(ctx: Context, batch: ImportBatch) -> list[LineStatus]:
    return [line.status for line in _lines(ctx, batch)]


def test_nothing_is_written_before_it_is_applied(ctx: Context) -> None:
    batch = _prepare(ctx, FULL)
    assert batch.summary == {"created": 1, "changed": 0, "unchanged": 0, "rejected": 0}
    assert _organisations(ctx) == []


def test_a_line_creates_an_organisation_its_offer_and_its_contact(ctx: Context) -> None:
    batch = _import(ctx, FULL)
    (organisation,) = _organisations(ctx)
    assert organisation.name == "CCAS de Rœux"
    assert organisation.slug == "ccas-de-roeux"
    assert organisation.kind is OrganisationKind.CCAS
    assert organisation.phone == "03 21 00 00 00"
    assert organisation.email == "accueil@ccas-roeux.example"
    assert organisation.commune is not None
    assert organisation.commune.name == "Rœux"
    assert organisation.search_text.startswith(" ccas de roeux")
    assert "permanence droits" in organisation.search_text
    (offer,) = organisation.offers
    assert (offer.title, offer.kind, offer.place) == (
        "Permanence droits", OfferKind.DROP_IN, "Mairie",
    )  # fmt: skip
    assert {right.code for right in offer.rights} == {"RSA", "APL"}
    assert [row.target_group for row in offer.target_groups] == [TargetGroup.YOUTH]
    assert [commune.name for commune in offer.communes] == ["Rœux"]
    assert (offer.lots, offer.covers_whole_epci) == ([1], False)
    (contact,) = organisation.contacts
    assert (contact.full_name, contact.is_referent) == ("Camille Exemple", True)
    assert not contact.is_fictitious
    assert batch.summary["organisations_created"] == 1
    assert _lines(ctx, batch)[0].organisation_id == organisation.id


def test_the_journal_says_what_was_imported(ctx: Context) -> None:
    user = make_user(ctx.session)
    batch = _import(acting_as(ctx, user), FULL)
    actions = list(ctx.session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)))
    assert actions == ["directory.import_read", "organisation.created", "directory.imported"]
    event = ctx.session.scalars(
        select(AuditEvent).where(AuditEvent.action == "organisation.created")
    ).one()
    assert event.actor_label == user.name
    assert event.detail == {"import_batch": batch.id}


def test_the_same_file_again_changes_nothing(ctx: Context) -> None:
    _import(ctx, FULL)
    batch = _prepare(ctx, FULL)
    assert _statuses(ctx, batch) == [LineStatus.UNCHANGED]
    with pytest.raises(InvalidError, match="ne change rien"):
        _apply(ctx, batch)


def test_a_changed_field_shows_before_and_after(ctx: Context) -> None:
    _import(ctx, FULL)
    batch = _prepare(ctx, {**FULL, "Téléphone": "03 21 11 11 11", "Horaires": ""})
    (line,) = _lines(ctx, batch)
    assert line.status is LineStatus.CHANGED
    assert line.changes == [
        {"label": "Téléphone", "before": "03 21 00 00 00", "after": "03 21 11 11 11"}
    ]
    _apply(ctx, batch)
    (organisation,) = _organisations(ctx)
    assert organisation.phone == "03 21 11 11 11"
    assert organisation.opening_hours == "Mardi"
    assert len(organisation.offers) == len(organisation.contacts) == 1


def test_an_empty_cell_never_erases(ctx: Context) -> None:
    _import(ctx, FULL)
    empty = {key: value if key in {"Nom", "Ville"} else "" for key, value in FULL.items()}
    assert _statuses(ctx, _prepare(ctx, empty)) == [LineStatus.UNCHANGED]


def test_several_lines_of_one_organisation_add_contacts_and_offers(ctx: Context) -> None:
    second = {"Nom": "C C A S de Roeux", "Ville": "Rœux", "Permanence": "Atelier", "Droits": "C2S"}
    third = {"Nom": "CCAS de Roeux", "Ville": "Rœux", "Nom du contact": "Fictif"}
    fourth = {**third, "Permanence": "Permanence droits", "Lieu": "Mairie"}
    _import(ctx, FULL, {**second, "Nom": "CCAS de Rœux"}, third, fourth)
    (organisation,) = _organisations(ctx)
    assert sorted(offer.title for offer in organisation.offers) == ["Atelier", "Permanence droits"]
    assert sorted(c.last_name for c in organisation.contacts) == ["Exemple", "Fictif"]


def test_two_lines_that_contradict_each_other_are_told(ctx: Context) -> None:
    batch = _prepare(ctx, FULL, {**FULL, "Téléphone": "03 21 99 99 99"})
    assert _lines(ctx, batch)[1].reasons == ["« Téléphone » contredit la ligne 2 du même organisme"]


def test_correcting_one_of_the_lines_of_a_record_contradicts_nothing(ctx: Context) -> None:
    second = {**FULL, "Permanence": "Atelier", "Nom du contact": "", "Prénom du contact": "",
              "E-mail du contact": "", "Référent": ""}  # fmt: skip
    _import(ctx, FULL, second)
    batch = _import(ctx, {**FULL, "Téléphone": "03 21 22 22 22"}, second)
    assert _statuses(ctx, batch) == [LineStatus.CHANGED, LineStatus.UNCHANGED]
    assert _organisations(ctx)[0].phone == "03 21 22 22 22"


def test_reasons_come_with_the_line_and_stop_everything(ctx: Context) -> None:
    batch = _prepare(ctx, FULL, {"Nom": "Autre", "Téléphone": "12", "Droits": "XYZ", "CP": "99"})
    assert batch.summary["rejected"] == 1
    line = _lines(ctx, batch)[1]
    assert line.number == 3
    assert line.reasons == ["« Droits » : droit inconnu : « XYZ »"]
    with pytest.raises(InvalidError, match="1 ligne rejetée") as refusal:
        _apply(ctx, batch)
    assert refusal.value.field == "leave_rejected"
    assert _organisations(ctx) == []


def test_rules_of_the_directory_are_reasons_too(ctx: Context) -> None:
    (line,) = _lines(
        ctx, _prepare(ctx, {"Nom": "A", "Ville": "Arras", "CP": "59000", "Téléphone": "12"})
    )
    assert len(line.reasons) == 2
    assert line.reasons[0].startswith("« Téléphone » : Ce numéro n’est pas valable")
    assert line.reasons[1].startswith("« Code postal » : 59000 n’est pas un code postal de Arras")


def test_rejected_lines_are_left_aside_when_asked(ctx: Context) -> None:
    batch = _prepare(ctx, FULL, {"Nom": "Autre", "Droits": "XYZ"})
    _apply(ctx, batch, leave_rejected=True)
    assert [o.name for o in _organisations(ctx)] == ["CCAS de Rœux"]


def test_a_referent_without_an_address_is_refused(ctx: Context) -> None:
    (line,) = _lines(ctx, _prepare(ctx, {**FULL, "E-mail du contact": ""}))
    assert line.reasons[0].startswith("« E-mail du contact » : Un référent reçoit le lien")


def test_finds_a_record_by_its_siret_and_renames_it(ctx: Context) -> None:
    known = make_organisation(ctx.session, name="Ancien nom", siret=SIRET)
    batch = _import(ctx, {"Nom": "Nouveau nom", "SIRET": SIRET, "Ville": "Arras"})
    assert [o.id for o in _organisations(ctx)] == [known.id]
    assert known.name == "Nouveau nom"
    assert known.sort_key == "nouveau nom"
    assert [c["label"] for c in _lines(ctx, batch)[0].changes] == ["Nom", "Commune"]


def test_finds_a_record_by_its_identifier(ctx: Context) -> None:
    known = make_organisation(ctx.session, name="Ancien nom")
    _import(ctx, {"Identifiant": f"zna-network--{known.slug}", "Nom": "Nouveau nom"})
    assert [o.name for o in _organisations(ctx)] == ["Nouveau nom"]


def test_an_unknown_identifier_is_refused(ctx: Context) -> None:
    (line,) = _lines(ctx, _prepare(ctx, {"Identifiant": "zna-network--rien", "Nom": "A"}))
    assert "aucune fiche « rien »" in line.reasons[0]


def test_an_archived_record_is_not_changed(ctx: Context) -> None:
    known = make_organisation(ctx.session, archived_at=ctx.now)
    (line,) = _lines(ctx, _prepare(ctx, {"Identifiant": known.slug, "Nom": "A"}))
    assert "est archivé" in line.reasons[0]


def test_the_identifier_of_a_merged_record_leads_to_the_one_kept(ctx: Context) -> None:
    kept = make_organisation(ctx.session, name="Gardée")
    other = make_organisation(ctx.session, archived_at=ctx.now, merged_into=kept)
    _import(ctx, {"Identifiant": other.slug, "Nom": "Gardée", "Téléphone": "3949"})
    assert kept.phone == "3949"


def test_a_wrong_siret_on_record_does_not_stop_a_correction(ctx: Context) -> None:
    known = make_organisation(ctx.session, name="Gardée", siret="12345678901234")
    _import(ctx, {"Identifiant": known.slug, "Nom": "Gardée", "Téléphone": "3949"})
    assert known.phone == "3949"


def test_a_siret_of_another_record_is_refused(ctx: Context) -> None:
    known = make_organisation(ctx.session)
    make_organisation(ctx.session, name="Propriétaire", siret=SIRET)
    row = {"Identifiant": known.slug, "Nom": known.name, "SIRET": SIRET}
    assert "celui de Propriétaire" in _lines(ctx, _prepare(ctx, row))[0].reasons[0]


def test_finds_a_record_by_its_name_in_its_commune(ctx: Context) -> None:
    make_organisation(ctx.session, name="Épicerie solidaire", commune_insee="62041")
    rows = [
        {"Nom": "EPICERIE SOLIDAIRE", "Ville": "ARRAS", "Téléphone": "3949"},
        {"Nom": "Épicerie solidaire", "Ville": "Achicourt", "Téléphone": "3949"},
    ]
    batch = _prepare(ctx, *rows)
    assert _statuses(ctx, batch) == [LineStatus.CHANGED, LineStatus.CREATED]


def test_another_siret_is_another_establishment(ctx: Context) -> None:
    known = make_organisation(ctx.session, name="La Poste", commune_insee="62041", siret=SIRET)
    (line,) = _lines(
        ctx, _prepare(ctx, {"Nom": "La Poste", "Ville": "Arras", "SIRET": OTHER_SIRET})
    )
    assert line.status is LineStatus.CREATED
    assert [s["value"] for s in line.suggestions] == [f"organisation:{known.id}"]


def test_an_older_verification_is_not_taken(ctx: Context) -> None:
    known = make_organisation(ctx.session, name="A", last_verified_on=date(2026, 6, 1))
    assert _statuses(ctx, _prepare(ctx, {"Nom": "A", "Vérifié le": "01/01/2026"})) == [
        LineStatus.UNCHANGED
    ]
    _import(ctx, {"Nom": "A", "Vérifié le": "01/11/2026"})
    assert known.last_verified_on == date(2026, 11, 1)


def test_an_offer_is_found_by_its_title_and_place(ctx: Context) -> None:
    known = make_organisation(ctx.session, name="A")
    here = make_offer(ctx.session, known, title="Permanence", place="Mairie", rights=["RSA"])
    make_offer(ctx.session, known, title="Permanence", place="Centre social")
    batch = _import(
        ctx, {"Nom": "A", "Permanence": "PERMANENCE", "Lieu": "mairie", "Droits": "APL"}
    )
    assert _lines(ctx, batch)[0].changes[-1]["label"].endswith("Droits")
    assert [right.code for right in here.rights] == ["APL"]
    assert len(known.offers) == 2


def test_an_offer_elsewhere_is_another_offer(ctx: Context) -> None:
    known = make_organisation(ctx.session, name="A")
    make_offer(ctx.session, known, title="Permanence", place="Mairie")
    _import(ctx, {"Nom": "A", "Permanence": "Permanence", "Lieu": "Gare"})
    assert sorted(offer.place for offer in known.offers) == ["Gare", "Mairie"]


def test_rights_without_an_offer_are_those_of_the_reception(ctx: Context) -> None:
    _import(ctx, {"Nom": "CAF", "Droits": "RSA"})
    (offer,) = _organisations(ctx)[0].offers
    assert (offer.title, offer.kind) == ("Accueil", OfferKind.RECEPTION)


def test_a_person_is_found_by_name_then_by_address(ctx: Context) -> None:
    known = make_organisation(ctx.session, name="A")
    camille = make_contact(
        ctx.session, known, first_name="Camille", last_name="Ancien", email="c@a.example",
        sort_key="ancien camille",
    )  # fmt: skip
    row = {"Nom": "A", "Prénom du contact": "Camille", "Nom du contact": "Nouveau",
           "E-mail du contact": "c@a.example"}  # fmt: skip
    _import(ctx, row)
    assert camille.last_name == "Nouveau"
    shared = {**row, "Prénom du contact": "Alex", "Nom du contact": "Autre"}
    _import(ctx, shared)
    assert len(known.contacts) == 2


def test_a_contact_who_left_is_not_brought_back_to_life(ctx: Context) -> None:
    known = make_organisation(ctx.session, name="A")
    make_contact(ctx.session, known, last_name="Exemple", first_name="", archived_at=ctx.now)
    _import(ctx, {"Nom": "A", "Nom du contact": "Exemple"})
    assert [c.archived_at is None for c in known.contacts].count(True) == 1


@pytest.mark.parametrize("role", [Role.GRANTEE, Role.PARTNER])
def test_only_staff_may_import(ctx: Context, role: Role) -> None:
    batch = _prepare(ctx, FULL)
    theirs = acting_as(ctx, make_user(ctx.session, role, make_organisation(ctx.session)))
    for forbidden in (
        lambda: batches.prepare(theirs, "f.csv", csv_file(FULL)),
        lambda: batches.batch_by_id(theirs, batch.id),
        lambda: batches.choose(theirs, batch.id, {}),
        lambda: batches.apply_batch(theirs, batch.id, batch.plan_digest),
        lambda: batches.drop_batch(theirs, batch.id),
    ):
        with pytest.raises(ForbiddenError):
            forbidden()


def test_a_dropped_import_is_forgotten(ctx: Context) -> None:
    batch_id = _prepare(ctx, FULL).id
    batches.drop_batch(ctx, batch_id)
    with pytest.raises(NotFoundError):
        batches.batch_by_id(ctx, batch_id)
    assert ctx.session.query(ImportLine).count() == 0


def test_old_imports_are_forgotten_after_seven_days(ctx: Context, clock: FrozenClock) -> None:
    old = _import(ctx, FULL).id
    clock.move(timedelta(days=6))
    recent = _prepare(ctx, {**FULL, "Nom": "Autre"}).id
    clock.move(timedelta(days=1, seconds=1))
    batches.purge_old_batches(ctx)
    assert list(ctx.session.scalars(select(ImportBatch.id))) == [recent]
    assert set(ctx.session.scalars(select(ImportLine.batch_id))) == {recent}
    assert old != recent
    assert len(_organisations(ctx)) == 1


def test_the_worker_forgets_them(app: Flask, ctx: Context, clock: FrozenClock) -> None:
    _prepare(ctx, FULL)
    clock.move(batches.KEPT_FOR + timedelta(seconds=1))
    run_once(app, "essai")
    ctx.session.rollback()
    assert ctx.session.query(ImportBatch).count() == 0
