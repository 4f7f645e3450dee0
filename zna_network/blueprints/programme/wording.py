"""The publics of the call in the public's words, for the catalogues."""

from zna_network.models.territory import TargetGroup
from zna_network.services.languages import to_translate

PUBLICS = {
    TargetGroup.YOUTH: to_translate("Jeunes"),
    TargetGroup.SINGLE_PARENTS: to_translate("Parents seuls"),
    TargetGroup.LOW_INCOME: to_translate("RSA, prime d’activité, recherche d’emploi"),
    TargetGroup.SENIORS: to_translate("Retraités et seniors"),
}
