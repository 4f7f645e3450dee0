"""A trip of CUA Mobile on paper: the mission order, which is also the booking's record, and the
trip sheet, filled in by hand on the way."""

from dataclasses import dataclass
from datetime import date, datetime

from zna_network.models.territory import TargetGroup
from zna_network.services.documents.common import Values, document_values, issuer_values, plain_date
from zna_network.services.documents.typed_text import paragraphs
from zna_network.services.documents.values import Issuer
from zna_network.services.french_time import (
    local_date,
    long_date,
    long_datetime,
    short_date,
    short_time,
    time_range,
)

BOX = "☐"


@dataclass(frozen=True)
class StopFacts:
    commune: str
    starts_at: datetime
    ends_at: datetime
    place: str = ""
    qpv: str = ""
    is_public: bool = True


@dataclass(frozen=True)
class VehicleFacts:
    name: str
    plate: str = ""
    seats: int | None = None
    energy: str = ""
    home: str = ""
    note: str = ""
    insurance_until: date | None = None
    inspection_until: date | None = None
    checklist: tuple[str, ...] = ()


@dataclass(frozen=True)
class DriverFacts:
    name: str = ""
    phone: str = ""
    licence_until: date | None = None
    insured_until: date | None = None


@dataclass(frozen=True)
class OnBoard:
    """``answer`` in words."""

    name: str
    organisation: str = ""
    role: str = ""
    answer: str = ""


@dataclass(frozen=True)
class ContactFacts:
    who: str
    name: str = ""
    phone: str = ""


@dataclass(frozen=True)
class Decision:
    """``is_granted``: the order is one; ``standing`` says so in one line, or why it is not."""

    is_granted: bool
    standing: str
    by: str = ""
    at: datetime | None = None
    reason: str = ""


@dataclass(frozen=True)
class TripDocument:
    issuer: Issuer
    produced_at: datetime
    reference: str
    title: str
    organisation: str
    starts_at: datetime
    ends_at: datetime
    vehicle: VehicleFacts
    decision: Decision
    driver: DriverFacts = DriverFacts()
    stops: tuple[StopFacts, ...] = ()
    purpose: str = ""
    target_groups: tuple[str, ...] = ()
    rights: tuple[str, ...] = ()
    partners: tuple[str, ...] = ()
    equipment: tuple[str, ...] = ()
    needs: str = ""
    expected_people: int | None = None
    on_board: tuple[OnBoard, ...] = ()
    contacts: tuple[ContactFacts, ...] = ()
    requested_by: str = ""
    requested_at: datetime | None = None


def mission_order_values(trip: TripDocument) -> Values:
    name = "Ordre de mission" if trip.decision.is_granted else "Fiche de réservation"
    return {
        **_shared(trip, name),
        "demande": {
            "par": trip.requested_by,
            "le": plain_date(trip.requested_at) if trip.requested_at else "",
        },
        "decision": {
            "est_accordee": trip.decision.is_granted,
            "mention": trip.decision.standing,
            "par": trip.decision.by,
            "le": plain_date(trip.decision.at) if trip.decision.at else "",
            "motif": trip.decision.reason,
        },
    }


def trip_sheet_values(trip: TripDocument) -> Values:
    return {
        **_shared(trip, "Feuille de route"),
        "controles": [{"nom": item, "case": BOX} for item in trip.vehicle.checklist],
        "contacts": [
            {"qui": one.who, "nom": one.name, "telephone": one.phone} for one in trip.contacts
        ],
        "publics_a_compter": [
            *({"nom": group.label} for group in TargetGroup),
            {"nom": "Autres publics"},
        ],
    }


def _shared(trip: TripDocument, name: str) -> Values:
    title = f"{name} – {trip.reference} – {trip.title} – {long_date(trip.starts_at)}"
    vehicle, driver = trip.vehicle, trip.driver
    return {
        "document": document_values(title, trip.issuer, trip.produced_at),
        "organisateur": issuer_values(trip.issuer),
        "sortie": {
            "intitule": name,
            "reference": trip.reference,
            "titre": trip.title,
            "organisme": trip.organisation,
            "depart": long_datetime(trip.starts_at),
            "retour": long_datetime(trip.ends_at),
            "objet": trip.purpose,
            "objets": paragraphs(trip.purpose),
            "publics": ", ".join(trip.target_groups),
            "droits": ", ".join(trip.rights),
            "partenaires": ", ".join(trip.partners),
            "materiel": ", ".join(trip.equipment),
            "besoins": trip.needs,
            "personnes_attendues": _number(trip.expected_people),
        },
        "vehicule": {
            "nom": vehicle.name,
            "immatriculation": vehicle.plate,
            "places": _number(vehicle.seats),
            "energie": vehicle.energy,
            "lieu": vehicle.home,
            "consigne": vehicle.note,
            "assurance": _day(vehicle.insurance_until),
            "controle": _day(vehicle.inspection_until),
        },
        "conducteur": {
            "nom": driver.name,
            "telephone": driver.phone,
            "permis": _day(driver.licence_until),
            "assurance": _day(driver.insured_until),
        },
        "etapes": [_stop(trip, rank, stop) for rank, stop in enumerate(trip.stops, start=1)],
        "a_bord": [
            {
                "nom": one.name,
                "organisme": one.organisation,
                "role": one.role,
                "reponse": one.answer,
            }
            for one in trip.on_board
        ],
    }


def _stop(trip: TripDocument, rank: int, stop: StopFacts) -> Values:
    """``jour`` only on a trip of several days."""
    several = local_date(trip.starts_at) != local_date(trip.ends_at)
    return {
        "numero": rank,
        "jour": long_date(stop.starts_at) if several else "",
        "horaires": time_range(stop.starts_at, stop.ends_at),
        "arrivee": short_time(stop.starts_at),
        "fin": short_time(stop.ends_at),
        "lieu": stop.place,
        "commune": stop.commune,
        "quartier": stop.qpv,
        "ouverte": "Ouverte à tous" if stop.is_public else "Sur invitation",
    }


def _number(value: int | None) -> str:
    return "" if value is None else str(value)


def _day(value: date | None) -> str:
    return short_date(value) if value else ""
