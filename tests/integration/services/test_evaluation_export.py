"""What leaves for the national evaluation: consenting people only, in the columns that staff set."""

import csv
import hashlib
import io
from datetime import UTC, date, datetime, timedelta

import openpyxl
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.acting import acting_as
from tests.factories.accounts import make_user
from tests.factories.organisations import make_organisation
from tests.factories.referrals import make_consent, make_outcome, make_person, make_referral
from zna_network.models.account import Role
from zna_network.models.attendee import AgeBand
from zna_network.models.audit import AuditEvent
from zna_network.models.case_sheet import EvaluationExport
from zna_network.models.person import ConsentAnswer, Person, Purpose
from zna_network.models.referral import OutcomeResult, Referral, ReferralState, Step
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, ForbiddenError, InvalidError
from zna_network.services.referrals import evaluation_mapping as mappings
from zna_network.services.referrals.bilan import BilanPeriod
from zna_network.services.referrals.evaluation_export import (
    EvaluationFormat,
    dry_run,
    export_evaluation,
)
from zna_network.services.referrals.evaluation_fields import BY_KEY, CONSTANT

MADE = datetime(2026, 11, 4, 9, tzinfo=UTC)


def follow(
    session: Session, answer: ConsentAnswer | None, rights: tuple[str, ...] = ("RSA",)
) -> Person:
    """Somebody of Basseux, accepted, whose first right was opened three weeks later."""
    person = make_person(
        session, name="Jeanne Secrète", email="jeanne@exemple.example", phone="06 39 98 00 00",
        evaluation=answer, commune_insee="62085", age_band=AgeBand.FROM_60, birth_year=1961,
    )  # fmt: skip
    referral = make_referral(
        session, person, rights=rights, made_at=MADE, need="Le loyer de Jeanne",
        state=ReferralState.ACCEPTED, step=Step.OPENED,
    )  # fmt: skip
    make_outcome(
        session, referral, rights[0], monthly=300, recorded_at=MADE + timedelta(days=21),
        before={"C2S": "has", "RSA": "to_check"}, after={"C2S": "has", "RSA": "has"},
    )  # fmt: skip
    return person


def lines_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))


def test_a_right_found_on_the_way_leaves_with_its_amount(ctx: Context) -> None:
    person = follow(ctx.session, ConsentAnswer.GIVEN, ("RSA", "PPA"))
    [referral] = ctx.session.scalars(select(Referral).where(Referral.person_id == person.id))
    make_outcome(ctx.session, referral, "C2S", monthly=20)
    lines = lines_of(export_evaluation(ctx).content)
    assert [line["code_droit"] for line in lines] == ["RSA", "PPA", "C2S"]
    assert lines[-1]["montant_mensuel"] == "20,00"
    assert dry_run(ctx).rows == 3


def test_only_those_who_agree_leave_and_nothing_names_them(ctx: Context) -> None:
    session = ctx.session
    agrees = follow(session, ConsentAnswer.GIVEN, ("RSA", "PPA"))
    for answer in (ConsentAnswer.REFUSED, ConsentAnswer.NOT_ASKED, None):
        follow(session, answer)
    gone = follow(session, ConsentAnswer.GIVEN)
    gone.anonymised_at = MADE
    session.commit()

    found = dry_run(ctx)
    assert (found.rows, found.people, len(found.preview)) == (2, 1, 2)
    assert [(left.label, left.people, left.referrals) for left in found.left_out] == [
        ("Consentement refusé", 1, 1), ("Consentement non demandé", 2, 2),
        ("Dossier anonymisé", 1, 1),
    ]  # fmt: skip
    assert {file.case_number for file in found.files}.isdisjoint({agrees.case_number})
    assert not session.scalars(select(EvaluationExport)).all()

    made = export_evaluation(ctx)
    text = made.content.decode("utf-8-sig")
    for secret in ("Jeanne", "jeanne@", "06 39", "loyer", "1961", agrees.case_number, "Basseux"):
        assert secret not in text
    first, second = lines_of(made.content)
    assert first["lieu"] == "Secteur rural"
    assert (first["tranche_age"], first["resultat"]) == ("60 à 74 ans", "Droit ouvert")
    assert (first["montant_mensuel"], first["montant_annualise"]) == ("300,00", "3600,00")
    assert (first["delai_jours"], first["date_orientation"]) == ("21", "2026-11-04")
    assert (first["droits_avant"], first["droits_apres"]) == ("C2S", "C2S RSA")
    assert (second["code_droit"], second["resultat"], second["delai_jours"]) == ("PPA", "", "")
    assert (
        first["identifiant"]
        == second["identifiant"]
        == lines_of(export_evaluation(ctx).content)[0]["identifiant"]
    )

    log = session.scalars(select(EvaluationExport).order_by(EvaluationExport.id)).first()
    assert log
    assert log.fingerprint == hashlib.sha256(made.content).hexdigest()
    assert (log.rows, log.mapping_version) == (2, mappings.default().version)
    assert log.left_out == {"refused": 1, "not_asked": 2, "anonymised": 1}
    read = session.scalars(
        select(AuditEvent.object_id).where(AuditEvent.action == "person.read")
    ).all()
    assert read == [str(agrees.id)] * 2

    make_consent(session, agrees, Purpose.EVALUATION, ConsentAnswer.WITHDRAWN)
    assert lines_of(export_evaluation(ctx).content) == []
    assert "Consentement retiré" in [left.label for left in dry_run(ctx).left_out]


def test_a_correction_and_a_period_are_heeded_in_a_workbook_too(ctx: Context) -> None:
    person = follow(ctx.session, ConsentAnswer.GIVEN)
    referral = make_referral(ctx.session, person, made_at=MADE + timedelta(days=20))
    make_outcome(ctx.session, referral, monthly=999, replaced_at=MADE + timedelta(days=25))
    make_outcome(ctx.session, referral, result=OutcomeResult.REFUSED)
    both = export_evaluation(ctx, EvaluationFormat.XLSX)
    sheet = openpyxl.load_workbook(io.BytesIO(both.content)).active
    rows = list(sheet.iter_rows(values_only=True))
    results = rows[0].index("resultat")
    assert [row[results] for row in rows[1:]] == ["Droit ouvert", "Droit refusé"]
    late = export_evaluation(ctx, period=BilanPeriod(since=date(2026, 11, 5)))
    assert [line["resultat"] for line in lines_of(late.content)] == ["Droit refusé"]
    assert late.log.since == date(2026, 11, 5)


def test_staff_set_the_columns_and_each_export_says_which(ctx: Context) -> None:
    follow(ctx.session, ConsentAnswer.GIVEN)
    table = (
        "version;2027-A;\r\ncolonne;champ;valeurs\r\nTERR;constante;=CUA\r\n"
        "AGE;tranche_age;60_74=SEN|18_25=JEU\r\nDROIT;droit;\r\n"
    )
    saved = mappings.save(ctx, table.encode("cp1252"), 0)
    made = export_evaluation(ctx)
    assert made.log.mapping_version == "2027-A"
    (line,) = lines_of(made.content)
    assert (line["TERR"], line["AGE"]) == ("'=CUA", "SEN")
    assert list(line) == ["TERR", "AGE", "DROIT"]
    with pytest.raises(ConflictError):
        mappings.save(ctx, table.replace("2027-A", "2027-B").encode(), 0)
    with pytest.raises(InvalidError, match="existe déjà"):
        mappings.save(ctx, table.encode(), saved.id)
    other = mappings.save(ctx, table.replace("2027-A", "2027-B").encode(), saved.id)
    assert mappings.in_use(ctx).version == "2027-B"
    mappings.restore(ctx, saved.id)
    assert mappings.in_use(ctx).version == "2027-A"
    mappings.use_default(ctx)
    assert mappings.in_use(ctx).saved is None
    assert {other.retired_at, saved.retired_at}.isdisjoint({None})


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_a_table_of_columns_that_will_not_do_is_refused_line_by_line(ctx: Context) -> None:
    lines = "versions;\ncolonne;champ;valeurs\nNom;nom;\nA;public;jeunes=1\nA;lot;1=2\n;lieu;\nB;etat;open\n"
    with pytest.raises(mappings.MappingRefusedError) as refused:
        mappings.save(ctx, lines.encode(), 0)
    told = " ".join(refused.value.problems)
    for words in (
        "Ligne 1 : écrivez « version", "le champ « nom » n’existe pas", "« jeunes=1 » n’est pas",
        "« lot » n’est pas une liste", "Ligne 6 : donnez un nom", "« open » n’est pas « code=mot »",
        "Colonnes en double : a.",
    ):  # fmt: skip
        assert words in told, words
    for empty in ("", "version;1\ncolonne;champ;valeurs\n", 'version;1\n"'):
        with pytest.raises(mappings.MappingRefusedError):
            mappings.save(ctx, empty.encode(), 0)
    with pytest.raises(InvalidError):
        mappings.save(ctx, b"\x00\x01", 0)
    assert mappings.in_use(ctx).saved is None
    for role in (Role.GRANTEE, Role.PARTNER):
        other = acting_as(ctx, make_user(ctx.session, role, make_organisation(ctx.session)))
        for work in (dry_run, export_evaluation, mappings.use_default):
            with pytest.raises(ForbiddenError):
                work(other)


def test_no_field_can_name_anybody() -> None:
    """Every field that a table of columns may ask for, and none of those that tell who it is."""
    assert {column.key for column in mappings.default().columns} <= {*BY_KEY, CONSTANT}
    told = " ".join(f"{field.key} {field.meaning}" for field in BY_KEY.values())
    for word in ("prénom", "courriel", "téléphone", "naissance", "besoin", "dossier", "note "):
        assert word not in told
