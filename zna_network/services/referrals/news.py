"""What the mails of a referral say: what happened, in a few words that name nobody.

The number is enough for who knows the file; neither the person, nor what they need, nor the right
concerned leaves by mail. The page behind the link says the rest."""

from dataclasses import dataclass

from zna_network.models.referral import Referral


@dataclass(frozen=True)
class News:
    """``title`` follows the number in the subject. ``act`` is the button's label."""

    title: str
    sentence: str
    act: str = "Voir l’orientation"


def seen(referral: Referral) -> News:
    return News("bien reçue", f"{referral.receiver.name} a bien reçu l’orientation.")


def accepted(referral: Referral) -> News:
    return News("acceptée", f"{referral.receiver.name} accepte l’orientation et s’en occupe.")


def refused(referral: Referral) -> News:
    reason = referral.refusal.label if referral.refusal else ""
    return News(
        "refusée",
        f"{referral.receiver.name} ne peut pas prendre l’orientation. Motif : {reason}. Vous "
        "pouvez orienter la personne vers un autre organisme.",
    )


def unreachable(referral: Referral) -> News:
    return News(
        "à annoncer vous-même",
        f"{referral.receiver.name} n’a pas d’adresse e-mail dans l’annuaire : l’organisme n’a pas "
        "été prévenu. Appelez-le, et donnez-lui le numéro de l’orientation.",
    )


def question(asker: str) -> News:
    return News(
        "une question",
        f"{asker} pose une question. Elle se lit sur la page de l’orientation.",
        "Lire et répondre",
    )


def answer(author: str) -> News:
    return News("une réponse", f"{author} a répondu à votre question.", "Lire la réponse")


def appointment_proposed(referral: Referral, when: str) -> News:
    return News(
        "rendez-vous proposé",
        f"{referral.receiver.name} propose un rendez-vous : {when}.",
        "Voir le rendez-vous",
    )


def appointment_moved(referral: Referral, when: str) -> News:
    return News(
        "rendez-vous déplacé",
        f"{referral.receiver.name} déplace le rendez-vous : {when}.",
        "Voir le rendez-vous",
    )


def appointment_became(author: str, state: str, when: str) -> News:
    return News(
        f"rendez-vous {state}", f"Rendez-vous {when} : {state}, indique {author}.", "Voir la suite"
    )


def outcome(author: str) -> News:
    return News("un résultat", f"{author} a enregistré un résultat.", "Voir le résultat")


def withdrawn() -> News:
    return News(
        "retirée",
        "L’organisme qui oriente a retiré cette orientation : vous n’avez plus rien à faire.",
    )


def expired(days: int) -> News:
    return News(
        "sans réponse",
        f"L’orientation est restée {days} jours sans réponse : elle est close. Elle peut encore "
        "être acceptée, ou rouverte.",
    )


def escalated(referral: Referral, days: int, *, waiting: bool) -> News:
    name = referral.receiver.name
    return News(
        "à relancer",
        f"{name} n’a pas répondu depuis {days} jours. Appelez l’organisme, ou orientez la "
        "personne ailleurs."
        if waiting
        else f"{name} avait accepté l’orientation, dont il n’y a pas de nouvelle depuis {days} "
        "jours. Demandez où elle en est.",
    )


def committee_decided() -> News:
    return News("avis du comité technique", "Le comité technique s’est prononcé.", "Lire l’avis")
