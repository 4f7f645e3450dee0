"""The sample trip that the templates of CUA Mobile are tried on, all invented."""

from datetime import UTC, date, datetime

from zna_network.services.documents.trip import (
    ContactFacts,
    Decision,
    DriverFacts,
    OnBoard,
    StopFacts,
    TripDocument,
    VehicleFacts,
)
from zna_network.services.documents.values import Issuer


def trip(issuer: Issuer) -> TripDocument:
    return TripDocument(
        issuer=issuer,
        produced_at=datetime(2027, 2, 26, 9, 0, tzinfo=UTC),
        reference="CM-0042",
        title="CUA Mobile à Achicourt et Beaurains",
        organisation="Association Passerelle",
        starts_at=datetime(2027, 3, 4, 8, 0, tzinfo=UTC),
        ends_at=datetime(2027, 3, 4, 16, 0, tzinfo=UTC),
        vehicle=VehicleFacts(
            "CUA Mobile",
            plate="AA-000-ZZ",
            seats=3,
            energy="Électrique",
            home="Dépôt des Bonnettes, Arras",
            note="La clé du coffre est dans la boîte à gants.",
            insurance_until=date(2027, 12, 31),
            inspection_until=date(2028, 6, 30),
            checklist=("Carrosserie", "Pneus", "Propreté"),
        ),
        decision=Decision(
            True,
            "Accordée le 12 février 2027 par Claude Échantillon",
            "Claude Échantillon",
            datetime(2027, 2, 12, 9, 0, tzinfo=UTC),
            "Première visite à Beaurains",
        ),
        driver=DriverFacts("Noor Volant", "06 00 00 00 00", date(2030, 1, 1), date(2027, 12, 31)),
        stops=(
            StopFacts(
                "Achicourt",
                datetime(2027, 3, 4, 8, 30, tzinfo=UTC),
                datetime(2027, 3, 4, 11, 0, tzinfo=UTC),
                place="Place de la mairie",
            ),
            StopFacts(
                "Arras",
                datetime(2027, 3, 4, 13, 0, tzinfo=UTC),
                datetime(2027, 3, 4, 15, 30, tzinfo=UTC),
                place="Devant le centre social",
                qpv="Ouest Saint-Pol",
                is_public=False,
            ),
        ),
        purpose="Aller à la rencontre des seniors et vérifier leurs droits.",
        target_groups=("Seniors", "Familles monoparentales"),
        rights=("ASPA", "Complémentaire santé solidaire"),
        partners=("CARSAT Hauts-de-France", "CCAS d’Achicourt"),
        equipment=("Barnum", "Ordinateur"),
        needs="Une prise électrique sur place.",
        expected_people=40,
        on_board=(OnBoard("Jeanne Exemple", "CARSAT", "Partenaire à bord", "Sera là"),),
        contacts=(ContactFacts("Service Cohésion sociale", "", "03 00 00 00 00"),),
        requested_by="Nadia Spécimen",
        requested_at=datetime(2027, 2, 1, 9, 0, tzinfo=UTC),
    )
