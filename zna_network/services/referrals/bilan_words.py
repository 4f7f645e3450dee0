"""The figures of the bilan in words, the same on the page, in the files and in the report."""

from zna_network.services.french_time import short_date
from zna_network.services.referrals.bilan_values import Bilan, Measure, Unit, Values

NOT_TOLD = "n.c."
NOTHING = "–"
LEGEND = (
    "n.c. : non communiqué. Les effectifs de 1 à 4 personnes ne sont pas diffusés, ni ceux qui "
    "permettraient de les retrouver."
)
HOW = (
    "Droits ouverts : ouverts, maintenus ou renouvelés. Par an : douze fois le montant mensuel, "
    "plus ce qui est versé en une fois ; les montants non renseignés ne sont pas estimés. Délais : "
    "du jour de l’orientation au jour où l’ouverture est enregistrée."
)


def number_in_words(number: int) -> str:
    return f"{number:,}".replace(",", "\u202f")


def in_words(values: Values, measure: Measure, hidden: str = NOT_TOLD) -> str:
    """« 1 234 », « 1 234 € », « 12 j »; ``hidden`` where it has been taken out."""
    if measure not in values:
        return NOTHING
    number = values[measure]
    if number is None:
        return hidden
    unit = {Unit.EUROS: "\u00a0€", Unit.DAYS: "\u00a0j"}.get(measure.unit, "")
    return f"{number_in_words(number)}{unit}"


def heading_of(measure: Measure) -> str:
    unit = {Unit.EUROS: " (€)", Unit.DAYS: " (jours)"}.get(measure.unit, "")
    return f"{measure.label}{unit}"


def period_in_words(bilan: Bilan) -> str:
    """« Orientations faites du 01/03/2026 au 30/11/2026 »."""
    if bilan.since and bilan.until:
        return f"Orientations faites du {short_date(bilan.since)} au {short_date(bilan.until)}"
    if bilan.since:
        return f"Orientations faites depuis le {short_date(bilan.since)}"
    if bilan.until:
        return f"Orientations faites jusqu’au {short_date(bilan.until)}"
    return "Toutes les orientations"


def state_in_words(bilan: Bilan) -> str:
    return f"{period_in_words(bilan)}, état au {short_date(bilan.known_on)}"
