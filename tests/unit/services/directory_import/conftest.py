"""The territory without a database."""

import pytest

from zna_network.models.territory import Commune, Qpv, Right, RightKind
from zna_network.services import reference_data
from zna_network.services.directory_import.vocabulary import Vocabulary


@pytest.fixture(scope="session")
def vocabulary() -> Vocabulary:
    communes = [
        Commune(
            insee=row["insee"],
            name=row["name"],
            lot=int(row["lot"]),
            postcodes=row["postcodes"],
            aliases=row["seed_name"],
        )
        for row in reference_data.rows("communes_cua.csv")
    ]
    qpvs = [
        Qpv(id=number, name=row["name"])
        for number, row in enumerate(reference_data.rows("qpv.csv"), start=1)
    ]
    rights = [
        Right(
            code=row["code"],
            label=row["label"],
            acronym=row["acronym"],
            kind=RightKind(row["kind"]),
        )
        for row in reference_data.rows("prestations.csv")
    ]
    return Vocabulary(communes, qpvs, rights)
