"""A date's standing, in words: « convient à 12 personnes sur 15, dont toutes les personnes
indispensables ; 2 si besoin »."""

from collections.abc import Sequence
from typing import Protocol

from zna_network.models.poll import PollInvitee

NAMES_SAID = 3


class Said(Protocol):
    """Who said what of one date, see ``standings.Tally``."""

    @property
    def yes(self) -> list[PollInvitee]: ...

    @property
    def if_needed(self) -> list[PollInvitee]: ...

    @property
    def no(self) -> list[PollInvitee]: ...

    @property
    def silent(self) -> list[PollInvitee]: ...


def reasons(said: Said, invitees: Sequence[PollInvitee]) -> str:
    """One sentence without its final stop, beginning with a capital."""
    total, coming = len(invitees), len(said.yes)
    if coming:
        words = f"Convient à {coming} sur {total}"
        words += _about_essential(said, invitees)
    else:
        words = "Ne convient encore à personne" if said.silent else "Ne convient à personne"
    rest = []
    if said.if_needed:
        rest.append(f"{len(said.if_needed)} si besoin")
    if said.silent:
        rest.append(f"{len(said.silent)} sans réponse")
    return "\u00a0; ".join([words, *rest])


def warnings(said: Said, invitees: Sequence[PollInvitee]) -> list[str]:
    """What must be seen before this date is chosen."""
    essential = [person for person in invitees if person.is_essential]
    refusing = [person for person in said.no if person.is_essential]
    if essential and len(refusing) == len(essential):
        if len(essential) == 1:
            return [f"{essential[0].name}, indispensable, ne peut pas venir."]
        return ["Aucune des personnes indispensables ne peut venir."]
    if refusing:
        plural = len(refusing) > 1
        return [
            f"{names(refusing)}, indispensable{'s' if plural else ''}, "
            f"ne {'peuvent' if plural else 'peut'} pas venir."
        ]
    if invitees and len(said.no) == len(invitees):
        return ["Personne ne peut venir à cette date."]
    return []


def names(people: Sequence[PollInvitee]) -> str:
    """« Noor Exemple, Sacha Modèle et 2 autres »."""
    said = [person.name for person in people[:NAMES_SAID]]
    others = len(people) - len(said)
    if others:
        return f"{', '.join(said)} et {others} autre{'s' if others > 1 else ''}"
    return said[0] if len(said) == 1 else f"{', '.join(said[:-1])} et {said[-1]}"


def _about_essential(said: Said, invitees: Sequence[PollInvitee]) -> str:
    total = sum(person.is_essential for person in invitees)
    coming = sum(person.is_essential for person in said.yes)
    reluctant = sum(person.is_essential for person in said.if_needed)
    if not total:
        return ""
    if coming == total:
        only = "la personne indispensable" if total == 1 else "toutes les personnes indispensables"
        return f", dont {only}"
    if coming + reluctant == total:
        if not coming:
            return ", les indispensables si besoin seulement"
        return f", dont {coming} des {total} personnes indispensables, les autres si besoin"
    if not coming:
        return ", mais à aucune personne indispensable" if total > 1 else ", sans l’indispensable"
    return f", dont {coming} des {total} personnes indispensables"
