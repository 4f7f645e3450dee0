"""A sample of the values of each document, all invented.

It is what an uploaded template is tried on, and it fixes the placeholders allowed: every list
has an item, every key of the builders is there.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from zna_network.models.document import DocumentKind
from zna_network.models.invitation import Answer
from zna_network.models.minutes import Presence
from zna_network.ports.documents import Picture
from zna_network.services.documents.bilan import (
    BilanDocument,
    BilanLine,
    BilanTableFacts,
    bilan_values,
)
from zna_network.services.documents.case_sheet import (
    CaseSheetsDocument,
    SheetFacts,
    case_sheets_values,
)
from zna_network.services.documents.consent_form import (
    ConsentFormDocument,
    FormQuestion,
    consent_form_values,
)
from zna_network.services.documents.copil_file import (
    CopilFileDocument,
    CoverageFacts,
    PastDecision,
    copil_file_values,
)
from zna_network.services.documents.diagnostic import (
    DiagnosticDocument,
    PaperQuestion,
    PaperTheme,
    diagnostic_values,
)
from zna_network.services.documents.forum_report import (
    Count,
    CountTable,
    ForumFacts,
    ForumReportDocument,
    ReportHeadline,
    forum_report_values,
)
from zna_network.services.documents.mappings import (
    agenda_document_values,
    attendance_sheet_values,
    convocation_values,
    minutes_values,
)
from zna_network.services.documents.person_file import (
    FileEntry,
    FileSection,
    PersonFileDocument,
    person_file_values,
)
from zna_network.services.documents.pixels import one_pixel
from zna_network.services.documents.sample_trip import trip
from zna_network.services.documents.trip import mission_order_values, trip_sheet_values
from zna_network.services.documents.values import (
    ActionFacts,
    Addressee,
    AgendaDocument,
    AgendaPoint,
    AttendanceSheetDocument,
    Attendee,
    CommitteeFacts,
    ConvocationDocument,
    DecisionFacts,
    ExpectedAttendee,
    Issuer,
    MeetingFacts,
    MinutesDocument,
    NextMeeting,
    Signatory,
    Topic,
)

_STARTS = datetime(2026, 12, 17, 13, 0, tzinfo=UTC)
_ENDS = datetime(2026, 12, 17, 15, 30, tzinfo=UTC)
_PRODUCED = datetime(2026, 12, 18, 8, 0, tzinfo=UTC)

_ISSUER = Issuer(
    name="Communauté urbaine d’Arras",
    department="Service Cohésion sociale",
    address="1 place de l’Exemple\n62000 Arras",
    city="Arras",
    email="zero-non-recours@cua.example",
    phone="03 00 00 00 00",
)
_COMMITTEE = CommitteeFacts("Comité de pilotage Territoire Zéro Non-Recours", is_steering=True)
_MEETING = MeetingFacts(
    title="Deuxième comité de pilotage",
    starts_at=_STARTS,
    ends_at=_ENDS,
    place="Salle des conférences, 2e étage",
    visio_url="https://visio.example/copil-2",
    chair="Mme Jeanne Exemple",
    facilitator="M. Paul Modèle",
    secretary="Mme Nadia Spécimen",
    notice="Accueil café à partir de 13 h 45.\nUne place de stationnement est réservée.",
)
_ACTIONS = (
    ActionFacts("Relancer les bailleurs", "Association Passerelle", date(2027, 1, 15)),
    ActionFacts("Ouvrir une permanence à Achicourt", "CCAS d’Achicourt", date(2027, 2, 1)),
)
_OLDER = (
    ActionFacts(
        "Transmettre la liste des référents",
        "CAF du Pas-de-Calais",
        date(2026, 11, 30),
        decided_on=date(2026, 10, 8),
    ),
)
_POINTS = (
    AgendaPoint(
        "Bilan des trois premiers mois",
        "M. Paul Modèle",
        30,
        "Chiffres clés par lot :\n- droits ouverts\n- orientations suivies",
        ("bilan-trimestriel.pdf",),
        "Poursuivre l’action au deuxième semestre.",
    ),
    AgendaPoint("Calendrier de CUA Mobile", "Mme Nadia Spécimen", 20),
)

MINUTES = MinutesDocument(
    issuer=_ISSUER,
    committee=_COMMITTEE,
    meeting=_MEETING,
    produced_at=_PRODUCED,
    version=2,
    attendees=(
        Attendee("Mme Jeanne Exemple", Presence.PRESENT, "Vice-présidente", "CUA"),
        Attendee("M. Paul Modèle", Presence.PRESENT, "Chargé de mission", "CUA"),
        Attendee("Mme Awa Fictive", Presence.REMOTE, "Responsable d’unité", "CAF"),
        Attendee("M. Léo Témoin", Presence.REPRESENTED, "Directeur", "CPAM", "Mme Inès Essai"),
        Attendee("Mme Rose Gabarit", Presence.EXCUSED, "Directrice", "Mission locale"),
        Attendee("M. Omar Patron", Presence.ABSENT, "Chargé d’accueil", "Bailleur social"),
    ),
    topics=(
        Topic(
            "Bilan des trois premiers mois",
            "M. Paul Modèle",
            "Le bilan est présenté lot par lot.\n\nTrois points ressortent :\n"
            "- les seniors restent peu touchés ;\n- la permanence d’Arras est complète ;\n"
            "- les orientations aboutissent dans deux cas sur trois.",
        ),
    ),
    decisions=(DecisionFacts("La permanence passe à deux jours.", "CUA", date(2026, 12, 17)),),
    actions=_ACTIONS,
    carried_over=_OLDER,
    next_meeting=NextMeeting(datetime(2027, 3, 18, 13, 0, tzinfo=UTC), place="Hôtel de ville"),
    validated_at=_PRODUCED,
    validated_by="Mme Jeanne Exemple",
)
ATTENDANCE_SHEET = AttendanceSheetDocument(
    issuer=_ISSUER,
    committee=_COMMITTEE,
    meeting=_MEETING,
    produced_at=_PRODUCED,
    attendees=(
        ExpectedAttendee("Mme Jeanne Exemple", "Vice-présidente", "CUA", Answer.ON_SITE),
        ExpectedAttendee("Mme Awa Fictive", "Responsable d’unité", "CAF", Answer.REMOTE),
        ExpectedAttendee("M. Léo Témoin", "Directeur", "CPAM", Answer.REPRESENTED, "Mme I. Essai"),
        ExpectedAttendee("Mme Rose Gabarit", "Directrice", "Mission locale"),
    ),
)
AGENDA = AgendaDocument(
    issuer=_ISSUER,
    committee=_COMMITTEE,
    meeting=_MEETING,
    produced_at=_PRODUCED,
    points=_POINTS,
    open_actions=_OLDER,
)
CONVOCATION = ConvocationDocument(
    issuer=_ISSUER,
    committee=_COMMITTEE,
    meeting=_MEETING,
    produced_at=_PRODUCED,
    addressee=Addressee(
        name="Jeanne Exemple",
        civility="Mme",
        salutation="Madame la Vice-Présidente",
        function="Vice-présidente chargée des solidarités",
        organisation="Communauté urbaine d’Arras",
        address="1 place de l’Exemple\n62000 Arras",
    ),
    signatory=Signatory("Claude Échantillon", "Le Président"),
    points=_POINTS,
    reply_url="https://zna.example/r/exemple",
    reply_before=date(2026, 12, 10),
    reference="ZNR-2026-12",
)

_CHART = (165.0, 40.0)  # millimetres: a plain block where the chart will be
FORUM_REPORT = ForumReportDocument(
    issuer=_ISSUER,
    forum=ForumFacts(
        title="Forum d’accès aux droits",
        held_on="mercredi 16 décembre 2026",
        hours="de 9 h 30 à 17 h",
        place="Salle d’exemple, 1 place de l’Exemple, 62000 Arras",
        gauge=300,
    ),
    produced_at=_PRODUCED,
    headline=ReportHeadline(612, 430, 131, 51, 520, 377, 241, "11 h 15"),
    tables=(
        CountTable(
            "Par lot",
            "badges",
            (Count("Lot 1", 148), Count("Lot 2", 190), Count("Lot 3", 64), Count("Ailleurs", None)),
            430,
            "Le lot vient de la commune et du quartier.",
        ),
    ),
    bar=one_pixel(),
    arrivals=Picture("Arrivées par heure", one_pixel(), *_CHART),
    presence=Picture("Courbe des présents", one_pixel(), *_CHART),
    answers=88,
    average=4.3,
    survey=(
        CountTable(
            "Avez-vous trouvé ce que vous cherchiez ?",
            "réponses",
            (Count("Oui", 61), Count("En partie", 20), Count("Non", 7)),
            88,
        ),
    ),
)

CASE_SHEETS = CaseSheetsDocument(
    issuer=_ISSUER,
    committee=_COMMITTEE,
    meeting=_MEETING,
    produced_at=_PRODUCED,
    sheets=(
        SheetFacts(
            case_number="D-7K3QF2",
            referral="O-00042 du 03/12/2026",
            age_band="60 à 74 ans",
            target_group="Seniors",
            place="Secteur rural",
            rights="Aspa, C2S",
            cause="Non-demande",
            sender="Association Passerelle",
            receiver="CARSAT Hauts-de-France",
            state="En attente – contactée",
            blocking_point="Le relevé de carrière manque depuis deux mois.",
            proposal="La CARSAT reçoit la personne sur rendez-vous en mairie.",
            decision="Rendez-vous proposé par la CARSAT avant le 15 janvier.",
            decided_on=date(2026, 12, 17),
        ),
    ),
)

CONSENT_FORM = ConsentFormDocument(
    issuer=_ISSUER,
    produced_at=_PRODUCED,
    version="2026-11 · Français",
    is_rtl=False,
    title="Vos informations et votre accord",
    paragraphs=("Nous vous aidons à obtenir vos droits.", "C’est vous qui décidez."),
    questions=(
        FormQuestion(
            "Êtes-vous d’accord pour que l’organisme vous contacte ?",
            "Si vous dites non, nous transmettons votre demande sans votre nom.",
        ),
    ),
    yes="Oui",
    no="Non",
    name_label="Votre nom, ou un surnom",
    date_label="Date",
    signature_label="Signature",
    collected_by_label="Personne qui vous aide",
    case_number="D-7K3QF2",
)
DIAGNOSTIC = DiagnosticDocument(
    issuer=_ISSUER,
    produced_at=_PRODUCED,
    themes=(
        PaperTheme(
            "Retraite",
            (
                PaperQuestion(
                    "ASPA",
                    "Allocation de solidarité aux personnes âgées",
                    "Avez-vous 65 ans ou plus, avec une petite retraite ?",
                ),
            ),
        ),
    ),
    statuses={"ASPA": "to_check"},
    case_number="D-7K3QF2",
    made_at=_STARTS,
    made_by="Mme Nadia Spécimen (Association Passerelle)",
    target_group="Seniors",
    place="Achicourt",
    age_band="60 à 74 ans",
)

PERSON_FILE = PersonFileDocument(
    issuer=_ISSUER,
    produced_at=_PRODUCED,
    case_number="D-7K3QF2",
    sections=(
        FileSection(
            "Identité",
            (FileEntry((("Dossier", "D-7K3QF2"), ("Suivi par", "Association Passerelle"))),),
        ),
        FileSection("Orientations", ()),
    ),
)

_FEW = BilanLine("Lot 3", "64", "31", "35", "22", "n.c.", "n.c.", "n.c.", "n.c.", "n.c.")
_ALL = BilanLine(
    "Ensemble", "412", "208", "271", "184", "96", "11\u202f240\u00a0€", "141\u202f300\u00a0€",
    "38\u00a0j", "74\u00a0j",
)  # fmt: skip
BILAN = BilanDocument(
    issuer=_ISSUER,
    produced_at=_PRODUCED,
    state="Toutes les orientations, état au 30/11/2026",
    total=_ALL,
    renewed="12",
    tables=(
        BilanTableFacts("Par lot", (_ALL, _FEW), "Chaque personne compte à un seul endroit."),
        BilanTableFacts("Par droit", (_ALL,), has_met=False),
    ),
    legend="n.c. : non communiqué.",
    how="Par an : douze fois le montant mensuel, plus ce qui est versé en une fois.",
    made=Picture("Orientations par mois", one_pixel(), *_CHART),
    opened=Picture("Droits ouverts par mois", one_pixel(), *_CHART),
)

COPIL_FILE = CopilFileDocument(
    issuer=_ISSUER,
    committee=_COMMITTEE,
    meeting=_MEETING,
    produced_at=_PRODUCED,
    points=AGENDA.points,
    decisions=(PastDecision("03/09/2026", "Ouvrir un second créneau à Arras.", "CUA"),),
    actions=_OLDER,
    bilan=BILAN,
    coverage=CoverageFacts(
        picture=Picture("Carte des communes", one_pixel(), *_CHART),
        states=(("Jamais visité, rien de prévu", "34"),),
        words="CUA Mobile est passé dans 12 communes sur 46.",
        credit="Contours des communes : © IGN",
    ),
)

SAMPLES: Mapping[DocumentKind, Mapping[str, Any]] = {
    DocumentKind.MINUTES: minutes_values(MINUTES),
    DocumentKind.ATTENDANCE_SHEET: attendance_sheet_values(ATTENDANCE_SHEET),
    DocumentKind.AGENDA: agenda_document_values(AGENDA),
    DocumentKind.CONVOCATION: convocation_values(CONVOCATION),
    DocumentKind.FORUM_REPORT: forum_report_values(FORUM_REPORT),
    DocumentKind.BILAN: bilan_values(BILAN),
    DocumentKind.CASE_SHEET: case_sheets_values(CASE_SHEETS),
    DocumentKind.CONSENT_FORM: consent_form_values(CONSENT_FORM),
    DocumentKind.DIAGNOSTIC: diagnostic_values(DIAGNOSTIC),
    DocumentKind.PERSON_FILE: person_file_values(PERSON_FILE),
    DocumentKind.MISSION_ORDER: mission_order_values(trip(_ISSUER)),
    DocumentKind.TRIP_SHEET: trip_sheet_values(trip(_ISSUER)),
    DocumentKind.COPIL_FILE: copil_file_values(COPIL_FILE),
}
