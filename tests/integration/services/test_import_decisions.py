"""What people decide about an import, and what happens when several decide at once."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.factories.import_files import csv_file, json_file, service, structure, xlsx_file
from tests.factories.organisations import make_organisation
from tests.races import race
from tests.statements import counted_statements
from zna_network.models.directory_work import ImportBatch, ImportLine, LineStatus
from zna_network.models.organisation import Organisation
from zna_network.queries import imports as queries
from zna_network.services import organisations
from zna_network.services.context import Context
from zna_network.services.directory_import import batches
from zna_network.services.errors import ConflictError, InvalidError, NotFoundError, TooLargeError
from zna_network.services.organisation_values import data_of

KNOWN = {"name": "Épicerie solidaire du Val", "commune_insee": "62041"}
NEAR = {"Nom": "Épicerie solidaire du Vall", "Ville": "Arras", "Téléphone": "3949"}


def _prepare(ctx: Context, *rows: dict[str, str]) -> ImportBatch:
    return batches.prepare(ctx, "essai.csv", csv_file(*rows))


def _apply(ctx: Context, batch: ImportBatch) -> ImportBatch:
    return batches.apply_batch(ctx, batch.id, batch.plan_digest)


def _line(ctx: Context, batch: ImportBatch, number: int = 2) -> ImportLine:
    return next(
        line for line in ctx.session.scalars(queries.lines(batch.id)) if line.number == number
    )


def _names(ctx: Context) -> list[str]:
    return list(ctx.session.scalars(select(Organisation.name).order_by(Organisation.id)))


def test_what_looks_like_a_record_is_suggested_and_created_unless_told_otherwise(
    ctx: Context,
) -> None:
    known = make_organisation(ctx.session, **KNOWN)
    batch = _prepare(ctx, NEAR)
    line = _line(ctx, batch)
    assert line.status is LineStatus.CREATED
    assert line.suggestions == [
        {"value": f"organisation:{known.id}", "label": known.name, "hint": "noms très proches"}
    ]
    assert ctx.session.scalar(queries.count_to_decide(batch.id)) == 1
    _apply(ctx, batch)
    assert _names(ctx) == [known.name, NEAR["Nom"]]


def test_it_is_the_same_when_somebody_says_so_and_keeps_its_name(ctx: Context) -> None:
    known = make_organisation(ctx.session, **KNOWN)
    batch = _prepare(ctx, NEAR)
    batches.choose(ctx, batch.id, {2: f"organisation:{known.id}"})
    line = _line(ctx, batch)
    assert line.status is LineStatus.CHANGED
    assert [change["label"] for change in line.changes] == ["Téléphone"]
    assert line.suggestions != []
    assert ctx.session.scalar(queries.count_to_decide(batch.id)) == 0
    _apply(ctx, batch)
    assert _names(ctx) == [known.name]
    assert known.phone == "3949"


def test_a_choice_can_be_taken_back(ctx: Context) -> None:
    known = make_organisation(ctx.session, **KNOWN)
    batch = _prepare(ctx, NEAR)
    for choice, status in (
        (f"organisation:{known.id}", LineStatus.CHANGED),
        ("new", LineStatus.CREATED),
        ("", LineStatus.CREATED),
    ):
        batches.choose(ctx, batch.id, {2: choice})
        assert _line(ctx, batch).status is status


def test_two_lines_that_look_alike_may_be_one(ctx: Context) -> None:
    batch = _prepare(ctx, {"Nom": KNOWN["name"], "Ville": "Arras"}, NEAR)
    assert [s["value"] for s in _line(ctx, batch, 3).suggestions] == ["line:2"]
    batches.choose(ctx, batch.id, {3: "line:2"})
    _apply(ctx, batch)
    assert _names(ctx) == [KNOWN["name"]]
    assert ctx.session.scalars(select(Organisation)).one().phone == "3949"


def test_a_namesake_may_be_another_organisation(ctx: Context) -> None:
    known = make_organisation(ctx.session, **KNOWN)
    batch = _prepare(ctx, {**NEAR, "Nom": known.name})
    assert _line(ctx, batch).status is LineStatus.CHANGED
    batches.choose(ctx, batch.id, {2: "new"})
    _apply(ctx, batch)
    assert _names(ctx) == [known.name, known.name]
    assert known.phone == ""


def test_between_namesakes_somebody_must_choose(ctx: Context) -> None:
    one, other = (make_organisation(ctx.session, **KNOWN) for _ in range(2))
    batch = _prepare(ctx, {**NEAR, "Nom": one.name})
    line = _line(ctx, batch)
    assert line.reasons == ["Plusieurs fiches ont ce nom dans cette commune : choisissez laquelle."]
    assert len(line.suggestions) == 2
    batches.choose(ctx, batch.id, {2: f"organisation:{other.id}"})
    _apply(ctx, batch)
    assert (one.phone, other.phone) == ("", "3949")


def test_only_what_was_proposed_can_be_chosen(ctx: Context) -> None:
    make_organisation(ctx.session, **KNOWN)
    batch = _prepare(ctx, NEAR)
    for choices in ({2: "organisation:999"}, {9: "new"}, {2: "line:7"}, {2: "x"}):
        with pytest.raises(InvalidError, match="n’est pas proposé"):
            batches.choose(ctx, batch.id, choices)
        assert _line(ctx, batch).choice == ""


def test_a_chosen_record_that_left_the_directory_is_a_reason(ctx: Context) -> None:
    known = make_organisation(ctx.session, **KNOWN)
    batch = _prepare(ctx, NEAR)
    batches.choose(ctx, batch.id, {2: f"organisation:{known.id}"})
    organisations.archive_organisation(ctx, known.id)
    with pytest.raises(ConflictError):
        _apply(ctx, batch)
    assert "n’est plus dans l’annuaire" in _line(ctx, batch).reasons[0]


def _rename(ctx: Context, known: Organisation) -> None:
    data = data_of(known)
    organisations.update_organisation(
        ctx, known.id, type(data)(**{**vars(data), "phone": "3646"}), known.revision
    )


def test_a_directory_that_changed_meanwhile_shows_a_fresh_preview(ctx: Context) -> None:
    known = make_organisation(ctx.session, **KNOWN)
    batch = _prepare(ctx, {**NEAR, "Nom": known.name})
    seen = batch.plan_digest
    _rename(ctx, known)
    with pytest.raises(ConflictError, match="aperçu, qui vient d’être refait"):
        batches.apply_batch(ctx, batch.id, seen)
    assert _line(ctx, batch).changes[0]["before"] == "3646"
    assert batch.plan_digest != seen
    assert known.phone == "3646"
    _apply(ctx, batch)
    assert known.phone == "3949"


def test_a_change_that_alters_nothing_here_does_not_disturb(ctx: Context) -> None:
    batch = _prepare(ctx, NEAR)
    make_organisation(ctx.session, name="Tout autre chose", commune_insee="62007")
    _apply(ctx, batch)
    assert NEAR["Nom"] in _names(ctx)


def test_a_look_alike_created_meanwhile_is_shown_first(ctx: Context) -> None:
    batch = _prepare(ctx, NEAR)
    make_organisation(ctx.session, **KNOWN)
    with pytest.raises(ConflictError):
        _apply(ctx, batch)
    assert len(_line(ctx, batch).suggestions) == 1


def test_an_import_is_applied_once(ctx: Context) -> None:
    batch = _prepare(ctx, NEAR)
    _apply(ctx, batch)
    for act in (
        lambda: _apply(ctx, batch),
        lambda: batches.choose(ctx, batch.id, {}),
        lambda: batches.drop_batch(ctx, batch.id),
    ):
        with pytest.raises(ConflictError, match="a déjà été fait"):
            act()
    assert len(_names(ctx)) == 1


def test_two_agents_who_apply_at_once_write_once(app: Flask, ctx: Context) -> None:
    batch = _prepare(ctx, NEAR)
    batch_id, seen = batch.id, batch.plan_digest
    apply = lambda other: batches.apply_batch(other, batch_id, seen)  # noqa: E731
    assert race(app, [apply, apply, apply]) == ["ConflictError", "ConflictError", "won"]
    assert _names(ctx) == [NEAR["Nom"]]


def test_the_same_file_read_twice_and_applied_at_once_writes_once(app: Flask, ctx: Context) -> None:
    read = [_prepare(ctx, NEAR) for _ in range(2)]
    acts: list[Callable[[Context], object]] = [
        lambda other, i=batch.id, seen=batch.plan_digest: batches.apply_batch(other, i, seen)
        for batch in read
    ]
    assert race(app, acts) == ["ConflictError", "won"]
    assert _names(ctx) == [NEAR["Nom"]]


def test_an_unexpected_failure_writes_nothing(
    ctx: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = _prepare(ctx, NEAR, {**NEAR, "Nom": "Autre chose"})

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("the machine stops here")

    monkeypatch.setattr(batches, "_close", fail)
    with pytest.raises(RuntimeError):
        _apply(ctx, batch)
    monkeypatch.undo()
    assert _names(ctx) == []
    _apply(ctx, batch)
    assert len(_names(ctx)) == 2


def _statements(ctx: Context, rows: int) -> tuple[int, int]:
    """How many statements reading and applying a file of new and changed lines takes."""
    for number in range(rows):
        make_organisation(ctx.session, name=f"Ancienne {rows} {number}", commune_insee="62041")
    content = csv_file(
        *(
            {"Nom": f"{kind} {rows} {number}", "Ville": "Arras", "Téléphone": "3949",
             "Droits": "RSA", "Nom du contact": f"Exemple {number}"}
            for kind in ("Ancienne", "Nouvelle")
            for number in range(rows)
        )
    )  # fmt: skip
    with counted_statements() as reading:
        batch = batches.prepare(ctx, "essai.csv", content)
    with counted_statements() as applying:
        _apply(ctx, batch)
    selects = [s for s in applying if s.startswith("SELECT")]
    return len(reading), len(selects)


def test_a_longer_file_costs_the_same_number_of_queries(ctx: Context) -> None:
    few_read, few_applied = _statements(ctx, 5)
    many_read, many_applied = _statements(ctx, 50)
    assert many_read <= few_read
    assert many_applied <= few_applied


def test_a_workbook_is_read_as_a_csv_is(ctx: Context) -> None:
    content = xlsx_file(
        [["Partenaires 2026"], [], ["Structure", "CP", "Ville", "Tél"],
         ["CCAS de Rœux", 62118, "Roeux", 321000000]]
    )  # fmt: skip
    batch = batches.prepare(ctx, "liste.xlsx", content)
    assert (batch.source_format, batch.remark) == ("xlsx", "feuille « Sheet »")
    assert _line(ctx, batch, 4).status is LineStatus.CREATED
    _apply(ctx, batch)
    assert ctx.session.scalars(select(Organisation.phone)).one() == "03 21 00 00 00"


def test_data_inclusion_is_read_as_well(ctx: Context) -> None:
    content = json_file(
        [structure(code_insee="62718", reseaux_porteurs=["ccas-cias"]), structure(id="essai--2", nom="X")],
        [service(zone_eligibilite=["62718"], publics=["seniors"])],
    )  # fmt: skip
    batch = batches.prepare(ctx, "export.json", content)
    assert batch.summary == {"created": 2, "changed": 0, "unchanged": 0, "rejected": 1}
    assert _line(ctx, batch, 2).reasons == ["« nom » : texte trop court (3 caractères au moins)"]
    batches.apply_batch(ctx, batch.id, batch.plan_digest, leave_rejected=True)
    (organisation,) = ctx.session.scalars(select(Organisation))
    assert organisation.kind == "ccas-cias"
    assert [commune.name for commune in organisation.offers[0].communes] == ["Rœux"]


def test_an_unreadable_or_oversized_file_leaves_nothing(ctx: Context) -> None:
    for content, error, reason in (
        (b"", InvalidError, "vide"),
        (b"Couleur;Taille\nbleu;3\n", InvalidError, "Aucune colonne reconnue.*« Couleur »"),
        (b"Ville;CP\nArras;62000\n", InvalidError, "Il manque la colonne « Nom ».*« Ville »"),
        (b"Nom;Ville\n", InvalidError, "n’a que des titres"),
        (b"PK\x03\x04abc", InvalidError, "illisible"),
        (b"\xd0\xcf\x11\xe0abc", InvalidError, "ancien format"),
        (b"Nom\n" + b"A\n" * 10_001, TooLargeError, "10000 lignes"),
        (b"x" * (10 * 1024 * 1024 + 1), TooLargeError, "dépasse 10 Mo"),
    ):
        with pytest.raises(error, match=reason) as refusal:
            batches.prepare(ctx, "fichier", content)
        assert getattr(refusal.value, "field", None) == "file"
        assert ctx.session.scalar(select(func.count(ImportBatch.id))) == 0


def test_an_import_that_does_not_exist_is_not_found(ctx: Context) -> None:
    for act in (
        lambda: batches.batch_by_id(ctx, 999),
        lambda: batches.choose(ctx, 999, {}),
        lambda: batches.apply_batch(ctx, 999, ""),
        lambda: batches.drop_batch(ctx, 999),
    ):
        with pytest.raises(NotFoundError):
            act()
