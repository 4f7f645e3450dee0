"""What is said of a referral: its causes, states, steps, reasons, events and results."""

from enum import StrEnum


class NonTakeUpCause(StrEnum):
    """Why the right was not taken up (the Odenore's typology)."""

    UNAWARE = "non_connaissance"
    UNASKED = "non_demande"
    UNRECEIVED = "non_reception"
    UNOFFERED = "non_proposition"

    @property
    def label(self) -> str:
        return {
            NonTakeUpCause.UNAWARE: "Non-connaissance",
            NonTakeUpCause.UNASKED: "Non-demande",
            NonTakeUpCause.UNRECEIVED: "Non-réception",
            NonTakeUpCause.UNOFFERED: "Non-proposition",
        }[self]

    @property
    def hint(self) -> str:
        """In the words of the person, for whoever has to choose quickly."""
        return {
            NonTakeUpCause.UNAWARE: "Ne savait pas que ce droit existe",
            NonTakeUpCause.UNASKED: "Le savait, ne l’a pas demandé",
            NonTakeUpCause.UNRECEIVED: "L’a demandé, ne l’a pas reçu",
            NonTakeUpCause.UNOFFERED: "Personne ne le lui a proposé",
        }[self]


class ReferralOrigin(StrEnum):
    STAND = "stand"
    FIELDWORK = "fieldwork"
    VAN = "van"
    DESK = "desk"

    @property
    def label(self) -> str:
        return {
            ReferralOrigin.STAND: "Stand du forum",
            ReferralOrigin.FIELDWORK: "Aller-vers",
            ReferralOrigin.VAN: "CUA Mobile",
            ReferralOrigin.DESK: "Accueil",
        }[self]


class Urgency(StrEnum):
    NORMAL = "normal"
    SOON = "soon"
    URGENT = "urgent"

    @property
    def label(self) -> str:
        return {
            Urgency.NORMAL: "Normale",
            Urgency.SOON: "Sous une semaine",
            Urgency.URGENT: "Urgente",
        }[self]


class Callback(StrEnum):
    """How to reach the person."""

    PHONE = "phone"
    SMS = "sms"
    EMAIL = "email"
    THROUGH_SENDER = "through_sender"
    COMES = "comes"

    @property
    def label(self) -> str:
        return {
            Callback.PHONE: "Par téléphone",
            Callback.SMS: "Par SMS",
            Callback.EMAIL: "Par e-mail",
            Callback.THROUGH_SENDER: "Par qui oriente",
            Callback.COMES: "La personne se présentera",
        }[self]


class ReferralState(StrEnum):
    """Whether the organisation takes it. ``WITHDRAWN`` by who had sent it."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        return {
            ReferralState.OPEN: "En attente",
            ReferralState.ACCEPTED: "Acceptée",
            ReferralState.REFUSED: "Refusée",
            ReferralState.EXPIRED: "Sans réponse",
            ReferralState.WITHDRAWN: "Retirée",
        }[self]


class Step(StrEnum):
    """How far the person has come. The last four are ends."""

    IDENTIFIED = "identified"
    CONTACTED = "contacted"
    MET = "met"
    FILED = "filed"
    OPENED = "opened"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    DECLINED = "declined"

    @property
    def label(self) -> str:
        return {
            Step.IDENTIFIED: "Repérée",
            Step.CONTACTED: "Contactée",
            Step.MET: "Rencontrée",
            Step.FILED: "Dossier déposé",
            Step.OPENED: "Droit ouvert",
            Step.REFUSED: "Droit refusé",
            Step.WITHDRAWN: "Abandon",
            Step.DECLINED: "Informée, ne souhaite pas",
        }[self]

    @property
    def is_end(self) -> bool:
        return self in {Step.OPENED, Step.REFUSED, Step.WITHDRAWN, Step.DECLINED}


class RefusalReason(StrEnum):
    """Why an organisation does not take a referral."""

    OUT_OF_TERRITORY = "out_of_territory"
    NOT_OUR_RIGHT = "not_our_right"
    NOT_ELIGIBLE = "not_eligible"
    ALREADY_FOLLOWED = "already_followed"
    NO_CAPACITY = "no_capacity"
    UNREACHABLE = "unreachable"
    OTHER = "other"

    @property
    def label(self) -> str:
        return {
            RefusalReason.OUT_OF_TERRITORY: "Hors de notre territoire",
            RefusalReason.NOT_OUR_RIGHT: "Nous ne traitons pas ce droit",
            RefusalReason.NOT_ELIGIBLE: "La personne ne remplit pas les conditions",
            RefusalReason.ALREADY_FOLLOWED: "La personne est déjà suivie par nous",
            RefusalReason.NO_CAPACITY: "Pas de place dans un délai raisonnable",
            RefusalReason.UNREACHABLE: "Personne injoignable",
            RefusalReason.OTHER: "Autre raison",
        }[self]


class EventKind(StrEnum):
    CREATED = "created"
    SENT = "sent"
    SEEN = "seen"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    QUESTION = "question"
    ANSWER = "answer"
    APPOINTMENT = "appointment"
    STEP = "step"
    OUTCOME = "outcome"
    NOTE = "note"
    REMINDED = "reminded"
    ESCALATED = "escalated"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    LINK = "link"
    CONSENT = "consent"
    COMMITTEE = "committee"
    REOPENED = "reopened"

    @property
    def label(self) -> str:
        return _EVENT_LABELS[self]


_EVENT_LABELS = {
    EventKind.CREATED: "Orientation faite",
    EventKind.SENT: "Envoyée à l’organisme",
    EventKind.SEEN: "Reçue par l’organisme",
    EventKind.ACCEPTED: "Acceptée",
    EventKind.REFUSED: "Refusée",
    EventKind.QUESTION: "Question",
    EventKind.ANSWER: "Réponse",
    EventKind.APPOINTMENT: "Rendez-vous",
    EventKind.STEP: "Étape",
    EventKind.OUTCOME: "Résultat",
    EventKind.NOTE: "Note",
    EventKind.REMINDED: "Relance",
    EventKind.ESCALATED: "Signalée à qui oriente",
    EventKind.EXPIRED: "Sans réponse",
    EventKind.WITHDRAWN: "Retirée",
    EventKind.LINK: "Lien",
    EventKind.CONSENT: "Consentement",
    EventKind.COMMITTEE: "Comité technique",
    EventKind.REOPENED: "Rouverte",
}


class Side(StrEnum):
    """Who did it: the organisation that refers, the one referred to, the CUA, or the clock."""

    SENDER = "sender"
    RECEIVER = "receiver"
    STAFF = "staff"
    SYSTEM = "system"


class OutcomeResult(StrEnum):
    OPENED = "opened"
    RENEWED = "renewed"
    REFUSED = "refused"

    @property
    def label(self) -> str:
        return {
            OutcomeResult.OPENED: "Droit ouvert",
            OutcomeResult.RENEWED: "Droit maintenu ou renouvelé",
            OutcomeResult.REFUSED: "Droit refusé",
        }[self]


class Period(StrEnum):
    MONTHLY = "monthly"
    ONE_OFF = "one_off"

    @property
    def label(self) -> str:
        return {Period.MONTHLY: "par mois", Period.ONE_OFF: "en une fois"}[self]


class Evidence(StrEnum):
    """What the outcome is known from. Never a document: none is kept."""

    NOTIFICATION_SEEN = "notification_seen"
    ORGANISATION_SAYS = "organisation_says"
    PERSON_SAYS = "person_says"
    PAYMENT_SEEN = "payment_seen"

    @property
    def label(self) -> str:
        return {
            Evidence.NOTIFICATION_SEEN: "Notification vue",
            Evidence.ORGANISATION_SAYS: "Dit par l’organisme",
            Evidence.PERSON_SAYS: "Dit par la personne",
            Evidence.PAYMENT_SEEN: "Paiement vu",
        }[self]


class AppointmentState(StrEnum):
    PROPOSED = "proposed"
    AGREED = "agreed"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    HONOURED = "honoured"
    MISSED = "missed"

    @property
    def label(self) -> str:
        return {
            AppointmentState.PROPOSED: "Proposé",
            AppointmentState.AGREED: "Convenu",
            AppointmentState.DECLINED: "Décliné",
            AppointmentState.CANCELLED: "Annulé",
            AppointmentState.HONOURED: "Honoré",
            AppointmentState.MISSED: "Manqué",
        }[self]
