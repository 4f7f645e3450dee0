"""Where somebody lives, as the forms offer it."""

from wtforms.fields.choices import SelectChoice

from zna_network.services.registration_values import ELSEWHERE
from zna_network.services.territory import Territory

UNKNOWN = "Non précisé"


def territory_choices(territory: Territory) -> list[SelectChoice]:
    """The communes, each followed by its priority neighbourhoods: ``insee`` or ``insee:qpv``."""
    places = []
    for commune in territory.communes:
        places.append(SelectChoice(commune.insee, commune.name))
        places += [
            SelectChoice(f"{commune.insee}:{qpv.id}", f"{commune.name} — QPV {qpv.name}")
            for qpv in territory.qpvs
            if commune in qpv.communes
        ]
    return places


def place_choices(territory: Territory) -> list[SelectChoice]:
    """The same, for who lives elsewhere or does not say."""
    return [
        SelectChoice("", UNKNOWN),
        *territory_choices(territory),
        SelectChoice(ELSEWHERE, "Ailleurs"),
    ]
