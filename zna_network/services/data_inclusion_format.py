"""Our words and data·inclusion's: one table, for reading its files and for writing them."""

from zna_network.models.organisation import OfferKind, OrganisationKind
from zna_network.models.territory import TargetGroup

SOURCE = "zna-network"
ID_PREFIX = f"{SOURCE}--"
CUA_SIREN = "200033579"
# Zones that hold the whole of the CUA: the EPCI, the Pas-de-Calais, the country.
WHOLE_ZONES = frozenset({CUA_SIREN, "62", "france", "99100"})
# The rights have no field there: they end the description, and are read back from it.
RIGHTS_LINE = "Droits concernés : "

# Kinds that ``reseaux_porteurs`` has under the same value; the others stay ours.
NETWORKS = frozenset(
    {
        OrganisationKind.CAF,
        OrganisationKind.CPAM,
        OrganisationKind.MSA,
        OrganisationKind.FRANCE_TRAVAIL,
        OrganisationKind.DEPARTEMENT,
        OrganisationKind.MDS,
        OrganisationKind.MDPH,
        OrganisationKind.CCAS,
        OrganisationKind.COMMUNE,
        OrganisationKind.REGION,
        OrganisationKind.MISSION_LOCALE,
        OrganisationKind.FRANCE_SERVICES,
    }
)
# An intercommunality is one of the « communes, mairies, communautés de communes » there.
NETWORK_OF = {kind: kind.value for kind in NETWORKS} | {
    OrganisationKind.EPCI: OrganisationKind.COMMUNE.value,
    OrganisationKind.STATE: OrganisationKind.REGION.value,
}
# The most telling first, for a structure that names several: an MDS is also « departements ».
KIND_ORDER = (
    OrganisationKind.MDS,
    OrganisationKind.MDPH,
    OrganisationKind.FRANCE_SERVICES,
    OrganisationKind.MISSION_LOCALE,
    OrganisationKind.CCAS,
    OrganisationKind.CAF,
    OrganisationKind.CPAM,
    OrganisationKind.MSA,
    OrganisationKind.FRANCE_TRAVAIL,
    OrganisationKind.DEPARTEMENT,
    OrganisationKind.REGION,
    OrganisationKind.COMMUNE,
)

PUBLICS_OF = {
    TargetGroup.YOUTH: ("jeunes",),
    TargetGroup.SINGLE_PARENTS: ("familles",),
    TargetGroup.LOW_INCOME: ("beneficiaires-des-minimas-sociaux", "demandeurs-emploi", "actifs"),
    TargetGroup.SENIORS: ("seniors",),
}
EVERYBODY = "tous-publics"
GROUP_OF = {
    "jeunes": TargetGroup.YOUTH,
    "etudiants": TargetGroup.YOUTH,
    "familles": TargetGroup.SINGLE_PARENTS,
    "beneficiaires-des-minimas-sociaux": TargetGroup.LOW_INCOME,
    "demandeurs-emploi": TargetGroup.LOW_INCOME,
    "seniors": TargetGroup.SENIORS,
}


def structure_id(slug: str) -> str:
    return f"{ID_PREFIX}{slug}"


def plain_description(title: str, kind: OfferKind) -> str:
    """What stands for a description that an offer does not have: the schema wants one. Reading
    our own file back takes it for none."""
    return f"{kind.label} : {title}"
