"""The directory as files, and files read back."""

import csv
import io
import json
from datetime import UTC, datetime

import pytest
import vobject
from data_inclusion.schema import v1
from openpyxl import load_workbook
from sqlalchemy import select

from tests.acting import acting_as
from tests.factories.accounts import make_user
from tests.factories.import_files import SIRET
from tests.factories.organisations import make_contact, make_offer, make_organisation
from tests.statements import counted_statements
from tests.world import FrozenClock
from zna_network.models.account import Role
from zna_network.models.audit import AuditEvent
from zna_network.models.organisation import Civility, OfferKind, Organisation, OrganisationKind
from zna_network.models.territory import Qpv, TargetGroup
from zna_network.queries.directory import DirectoryFilter
from zna_network.services.context import Context
from zna_network.services.directory_export.exporting import (
    ExportData,
    Exported,
    ExportFormat,
    export_directory,
    warnings_of,
)
from zna_network.services.directory_export.model_files import model_file
from zna_network.services.directory_import import batches
from zna_network.services.errors import ForbiddenError, InvalidError

CSV, XLSX = ExportFormat.CSV, ExportFormat.XLSX
VCARD, DATA_INCLUSION = ExportFormat.VCARD, ExportFormat.DATA_INCLUSION
NASTY = '=HYPERLINK("http://x.example";"cliquez")'


@pytest.fixture(autouse=True)
def today(clock: FrozenClock) -> None:
    """The schema compares dates with the machine's own clock: ours must not be ahead of it."""
    clock.set(datetime(2026, 3, 3, 9, 0, tzinfo=UTC))


@pytest.fixture
def full(ctx: Context) -> Organisation:
    organisation = make_organisation(
        ctx.session,
        name="CCAS de Rœux",
        acronym="CCAS",
        kind=OrganisationKind.CCAS,
        siret=SIRET,
        description="- aide ;\n- « écoute »",
        email="accueil@ccas.example",
        phone="03 21 00 00 00",
        website="https://ccas.example/",
        address="1 place de l’Exemple, CEDEX 9",
        postcode="62118",
        commune_insee="62718",
        opening_hours="Lundi\nMardi",
        accessibility_url="https://acceslibre.beta.gouv.fr/app/x/",
        notes="@interne",
        last_verified_on=datetime(2026, 3, 1, tzinfo=UTC).date(),
        created_at=ctx.now,
        updated_at=ctx.now,
    )
    qpv = ctx.session.scalars(select(Qpv).order_by(Qpv.id)).first()
    make_offer(
        ctx.session, organisation, title="Permanence", place="Mairie", rights=["RSA", "C2S_PART"],
        communes=["62718", "62041"], lots=[1, 3], qpvs=[qpv], opening_hours="Mardi",
        target_groups=[TargetGroup.LOW_INCOME, TargetGroup.SINGLE_PARENTS],
        created_at=ctx.now, updated_at=ctx.now,
    )  # fmt: skip
    make_offer(
        ctx.session, organisation, title="Permanence", place="Mairie", opening_hours="Jeudi",
        kind=OfferKind.SERVICE, created_at=ctx.now, updated_at=ctx.now,
    )  # fmt: skip
    make_contact(
        ctx.session, organisation, first_name="Camille", last_name="Exemple",
        civility=Civility.MADAM, is_referent=True, email="camille@ccas.example",
        phone="+3220000000", sort_key="exemple camille",
    )  # fmt: skip
    make_contact(ctx.session, organisation, last_name="Parti", archived_at=ctx.now)
    ctx.session.expire_all()
    return organisation


def _export(ctx: Context, kind: ExportFormat, **values: object) -> Exported:
    return export_directory(ctx, ExportData(kind, **values))  # type: ignore[arg-type]


def _rows(made: Exported) -> list[dict[str, str]]:
    text = made.content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";"))


def test_csv_opens_in_a_french_spreadsheet(ctx: Context, full: Organisation) -> None:
    made = _export(ctx, CSV)
    assert made.content.startswith(b"\xef\xbb\xbfNom;Sigle;Type;")
    assert made.filename == "annuaire-znr-2026-03-03.csv"
    first, second = _rows(made)
    assert first["Nom"] == second["Nom"] == "CCAS de Rœux"
    assert first["Droits"] == "Complémentaire santé solidaire avec participation ; RSA"
    assert first["Publics"] == f"{TargetGroup.LOW_INCOME.label} ; Familles monoparentales"
    assert first["Territoire"].startswith("Lot 1 ; Lot 3 ; QPV ")
    assert (first["Horaires de l’offre"], second["Horaires de l’offre"]) == ("Mardi", "Jeudi")
    assert second["Territoire"] == "Toute la CUA"
    assert first["Identifiant"] == f"zna-network--{full.slug}"


@pytest.mark.parametrize("wanted", [CSV, XLSX])
@pytest.mark.parametrize("with_contacts", [True, False])
def test_what_is_exported_is_read_back_unchanged(
    ctx: Context, full: Organisation, wanted: ExportFormat, with_contacts: bool
) -> None:
    for name in (NASTY, "-1", "'=déjà protégé", "@cmd", "+33 3 21", "'' '=x"):
        make_organisation(
            ctx.session, name=name, description=f"={name}\ttabulé\n-suite", city="+Lille+"
        )
    made = _export(ctx, wanted, with_contacts=with_contacts)
    batch = batches.prepare(ctx, made.filename, made.content)
    assert batch.summary == {"created": 0, "changed": 0, "unchanged": 8, "rejected": 0}
    assert batch.ignored == []


@pytest.mark.parametrize("wanted", [CSV, XLSX])
def test_formulas_are_made_harmless_and_telephones_stay_readable(
    ctx: Context, wanted: ExportFormat
) -> None:
    make_organisation(ctx.session, name=NASTY, phone="+3220000000", notes="@x")
    made = _export(ctx, wanted)
    if wanted is CSV:
        row = _rows(made)[0]
    else:
        sheet = load_workbook(io.BytesIO(made.content)).worksheets[0]
        assert {cell.data_type for cell in sheet[2] if cell.value} == {"s"}
        row = {str(h.value): str(c.value) for h, c in zip(sheet[1], sheet[2], strict=True)}
    assert row["Nom"] == f"'{NASTY}"
    assert row["Notes internes"] == "'@x"
    assert row["Téléphone"] == "+3220000000"


def test_a_workbook_keeps_its_headings_in_sight(ctx: Context, full: Organisation) -> None:
    sheet = load_workbook(io.BytesIO(_export(ctx, XLSX).content)).worksheets[0]
    assert sheet.freeze_panes == "B2"
    assert sheet.auto_filter.ref
    assert sheet.max_row == 3


@pytest.mark.parametrize("wanted", [CSV, XLSX, VCARD, DATA_INCLUSION])
def test_people_are_left_out_unless_asked_for(
    ctx: Context, full: Organisation, wanted: ExportFormat
) -> None:
    made = _export(ctx, wanted)
    content = made.content
    if wanted is XLSX:
        sheet = load_workbook(io.BytesIO(content)).worksheets[0]
        content = str([[c.value for c in row] for row in sheet.iter_rows()]).encode()
    for personal in ("Exemple", "Camille", "camille@", "+3220000000"):
        assert personal.encode() not in content.replace("place de l’Exemple".encode(), b"")


def test_people_who_left_are_never_exported(ctx: Context, full: Organisation) -> None:
    made = _export(ctx, CSV, with_contacts=True)
    assert {row["Nom du contact"] for row in _rows(made)} == {"Exemple", ""}
    assert _rows(made)[0]["Référent"] == "oui"


def test_the_journal_says_who_took_people_s_names(ctx: Context, full: Organisation) -> None:
    agent = make_user(ctx.session)
    _export(acting_as(ctx, agent), CSV, with_contacts=True)
    event = ctx.session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
    assert event is not None
    assert (event.action, event.actor_label) == ("directory.exported", agent.name)
    assert event.detail == {"format": "csv", "organisations": 1, "with_contacts": True}


def test_a_grantee_exports_organisations_without_people_nor_notes(
    ctx: Context, full: Organisation
) -> None:
    grantee = acting_as(ctx, make_user(ctx.session, Role.GRANTEE, full))
    assert "Notes internes" not in _rows(_export(grantee, CSV))[0]
    with pytest.raises(ForbiddenError):
        _export(grantee, CSV, with_contacts=True)
    with pytest.raises(ForbiddenError):
        _export(grantee, CSV, wanted=DirectoryFilter(archived=True))


def test_a_partner_exports_nothing(ctx: Context, full: Organisation) -> None:
    partner = acting_as(ctx, make_user(ctx.session, Role.PARTNER, full))
    with pytest.raises(ForbiddenError):
        _export(partner, CSV)
    with pytest.raises(ForbiddenError):
        warnings_of(partner, ExportData(CSV))


def test_follows_the_filters_of_the_list(ctx: Context, full: Organisation) -> None:
    make_organisation(ctx.session, name="Autre")
    make_organisation(ctx.session, name="Archivée", archived_at=ctx.now)
    assert _export(ctx, CSV).count == 2
    wanted = DirectoryFilter(kind=OrganisationKind.CCAS)
    assert [row["Nom"] for row in _rows(_export(ctx, CSV, wanted=wanted))] == ["CCAS de Rœux"] * 2
    archived = _export(ctx, CSV, wanted=DirectoryFilter(archived=True))
    assert [row["Nom"] for row in _rows(archived)] == ["Archivée"]


def test_an_empty_directory_is_a_file_with_headings(ctx: Context) -> None:
    assert _rows(_export(ctx, CSV)) == []
    assert json.loads(_export(ctx, DATA_INCLUSION).content) == {"structures": [], "services": []}
    assert _export(ctx, VCARD).content == b""


def test_cards_of_organisations_and_of_people_when_asked_for(
    ctx: Context, full: Organisation
) -> None:
    cards = list(vobject.readComponents(_export(ctx, VCARD).content.decode()))
    assert [card.fn.value for card in cards] == ["CCAS de Rœux"]
    cards = list(vobject.readComponents(_export(ctx, VCARD, with_contacts=True).content.decode()))
    assert [card.fn.value for card in cards] == ["CCAS de Rœux", "Camille Exemple"]
    assert cards[1].org.value == ["CCAS de Rœux"]


def test_data_inclusion_is_valid_and_complete(ctx: Context, full: Organisation) -> None:
    made = _export(ctx, DATA_INCLUSION)
    content = json.loads(made.content)
    (structure,) = [v1.Structure.model_validate(record) for record in content["structures"]]
    services = [v1.Service.model_validate(record) for record in content["services"]]
    assert structure.id == f"zna-network--{full.slug}"
    assert structure.telephone == "+33321000000"
    assert structure.code_insee == "62718"
    assert structure.reseaux_porteurs == {"ccas-cias"}
    assert structure.horaires_accueil is None
    assert services[0].structure_id == structure.id
    assert services[0].publics == {
        "familles", "beneficiaires-des-minimas-sociaux", "demandeurs-emploi", "actifs",
        "residents-qpv-frr",
    }  # fmt: skip
    assert services[1].publics == {"tous-publics"}
    assert services[1].zone_eligibilite == ["200033579"]
    zone = services[0].zone_eligibilite
    assert zone is not None
    assert {"62041", "62718", "62004"} <= set(zone)
    assert "Familles monoparentales" in str(services[0].publics_precisions)
    assert services[0].description.endswith(
        "Droits concernés : Complémentaire santé solidaire avec participation ; RSA."
    )
    assert made.warnings == [
        "3 horaires écrits en clair sont laissés de côté : data·inclusion n’accepte que la "
        "notation d’OpenStreetMap (« Mo-Fr 08:30-12:30 »)."
    ]


def test_data_inclusion_leaves_out_what_the_schema_refuses_and_says_so(ctx: Context) -> None:
    bad = make_organisation(
        ctx.session, name="A. B.", postcode="621", description="abc", opening_hours="Mo 09:00-12:00",
        created_at=ctx.now, updated_at=ctx.now,
    )  # fmt: skip
    make_offer(ctx.session, bad, title="X", created_at=ctx.now, updated_at=ctx.now)
    make_organisation(ctx.session, name="AB", created_at=ctx.now, updated_at=ctx.now)
    made = _export(ctx, DATA_INCLUSION)
    content = json.loads(made.content)
    (structure,) = content["structures"]
    assert structure["nom"] == "A. B"
    assert structure["horaires_accueil"] == "Mo 09:00-12:00"
    assert "code_postal" not in structure
    assert "description" not in structure
    assert content["services"] == []
    assert sorted(w.split(" : ")[0] for w in made.warnings) == ["A. B", "A. B", "AB", "X"]
    assert warnings_of(ctx, ExportData(DATA_INCLUSION)) == list(made.warnings)


def test_data_inclusion_names_nobody_even_when_asked(ctx: Context) -> None:
    with pytest.raises(InvalidError) as refusal:
        _export(ctx, DATA_INCLUSION, with_contacts=True)
    assert refusal.value.field == "with_contacts"


def test_our_own_data_inclusion_file_is_recognised(ctx: Context, full: Organisation) -> None:
    made = _export(ctx, DATA_INCLUSION)
    batch = batches.prepare(ctx, made.filename, made.content)
    assert batch.summary["created"] == batch.summary["rejected"] == 0


def test_a_longer_directory_costs_the_same_number_of_queries(ctx: Context) -> None:
    def cost(number: int) -> int:
        for _ in range(number):
            make_offer(ctx.session, make_organisation(ctx.session), rights=["RSA"])
        with counted_statements() as statements:
            _export(ctx, CSV, with_contacts=True)
        return len(statements)

    assert cost(5) == cost(45)


@pytest.mark.parametrize("extension", ["csv", "xlsx"])
def test_the_model_file_is_a_file_that_can_be_imported(ctx: Context, extension: str) -> None:
    model = model_file(ctx, extension)
    assert model is not None
    batch = batches.prepare(ctx, model.filename, model.content)
    assert batch.summary == {"created": 2, "changed": 0, "unchanged": 0, "rejected": 0}
    assert batch.ignored == []


def test_there_is_no_other_model_file(ctx: Context) -> None:
    assert model_file(ctx, "ods") is None
