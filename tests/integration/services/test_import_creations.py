"""Many new records written at once are those that the services would have written one by one."""

from sqlalchemy import select

from tests.factories.import_files import csv_file
from tests.statements import counted_statements
from zna_network.models.audit import AuditEvent
from zna_network.models.organisation import Organisation
from zna_network.services import search_copy
from zna_network.services.context import Context
from zna_network.services.directory_import import batches
from zna_network.services.offers import data_of

_OFFERS = (
    ("Accueil", "RSA", "Arras", "Jeunes"),
    ("Atelier", "APL ; C2S", "Rœux ; lot 1", ""),
    ("Permanence", "", "lot 2 ; QPV Blancs Monts-Hochettes", "Seniors"),
)


def _rows(number: int, first: int = 0) -> list[dict[str, str]]:
    """Each organisation takes three lines, mingled with those of the others."""
    return [
        {
            "Nom": f"Association {first + rank}",
            "Ville": "Arras",
            "Permanence": title,
            "Lieu": f"Salle {first + rank}",
            "Droits": rights,
            "Territoire": places,
            "Publics": publics,
            "Nom du contact": f"{title} {first + rank}",
        }
        for title, rights, places, publics in _OFFERS
        for rank in range(number)
    ]


def _import(ctx: Context, rows: list[dict[str, str]]) -> list[str]:
    """The statements that applying takes."""
    batch = batches.prepare(ctx, "essai.csv", csv_file(*rows))
    assert batch.summary["rejected"] == 0
    with counted_statements() as statements:
        batches.apply_batch(ctx, batch.id, batch.plan_digest)
    return statements


def test_each_new_record_has_its_own_offers_people_and_search_words(ctx: Context) -> None:
    _import(ctx, _rows(4))
    ctx.session.expunge_all()
    records = list(ctx.session.scalars(select(Organisation).order_by(Organisation.name)))
    assert [record.name for record in records] == [f"Association {rank}" for rank in range(4)]
    for rank, record in enumerate(records):
        assert record.revision == 1
        assert record.created_at == record.updated_at == ctx.now
        assert [contact.last_name for contact in record.contacts] == sorted(
            f"{title} {rank}" for title, *_ in _OFFERS
        )
        offers = {offer.title: data_of(offer) for offer in record.offers}
        assert {offer.place for offer in offers.values()} == {f"Salle {rank}"}
        assert [offers[title].rights for title, *_ in _OFFERS] == [("RSA",), ("APL", "C2S"), ()]
        assert [offers[title].lots for title, *_ in _OFFERS] == [(), (1,), (2,)]
        assert [len(offers[title].communes) for title, *_ in _OFFERS] == [1, 1, 0]
        assert [len(offers[title].qpvs) for title, *_ in _OFFERS] == [0, 0, 1]
        assert [len(offers[title].target_groups) for title, *_ in _OFFERS] == [1, 0, 1]
        written = record.search_text
        search_copy.refresh_search_text(record)
        assert sorted(record.search_text.split()) == sorted(written.split())
    events = ctx.session.scalars(
        select(AuditEvent).where(AuditEvent.action == "organisation.created")
    )
    assert [(event.object_type, event.object_id) for event in events] == [
        ("Organisation", str(record.id)) for record in records
    ]


def test_fifty_new_records_take_as_many_statements_as_five(ctx: Context) -> None:
    costs = [len(_import(ctx, _rows(number, first))) for number, first in ((5, 0), (50, 100))]
    assert costs[0] == costs[1]
