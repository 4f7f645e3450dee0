"""Ordre de mission de CUA Mobile; fiche de réservation tant que la sortie n’est pas accordée."""

from docx.document import Document

from tools.word_templates.blocks import Row, facts_table, paragraph, table, tag
from tools.word_templates.sheet import new_document, text_width
from tools.word_templates.trip import DEPARTURE, VEHICLE, WHEN, WHERE, open_trip

_FACTS = (
    ("Organisme", "{{ sortie.organisme }}", ""),
    ("Départ", DEPARTURE, ""),
    ("Retour", "{{ sortie.retour|capitale }}", ""),
    ("Véhicule", VEHICLE, ""),
    (
        "Conducteur",
        "{{ conducteur.nom }}"
        "{% if conducteur.permis %}, permis valable jusqu’au {{ conducteur.permis }}{% endif %}"
        "{% if conducteur.assurance %}, assuré jusqu’au {{ conducteur.assurance }}{% endif %}",
        "conducteur.nom",
    ),
    ("Objet", "{{ sortie.objet }}", "sortie.objet"),
    ("Publics", "{{ sortie.publics }}", "sortie.publics"),
    ("Droits travaillés", "{{ sortie.droits }}", "sortie.droits"),
    ("Partenaires à bord", "{{ sortie.partenaires }}", "sortie.partenaires"),
    ("Personnes attendues", "{{ sortie.personnes_attendues }}", "sortie.personnes_attendues"),
    ("Matériel", "{{ sortie.materiel }}", "sortie.materiel"),
    ("Besoins", "{{ sortie.besoins }}", "sortie.besoins"),
    (
        "Demande",
        "{{ demande.par }}{% if demande.le %}, le {{ demande.le }}{% endif %}",
        "demande.par",
    ),
)
_PROMISES = (
    "Le véhicule sert à cette sortie seulement, conduit par la personne nommée ci-dessus, dont le "
    "permis est valable ce jour-là.",
    "Un état des lieux est fait au départ et au retour : kilométrage, énergie, contrôles, photos, "
    "deux signatures.",
    "Tout accident, panne, amende ou retard est dit aussitôt à la Communauté urbaine d’Arras"
    "{% if organisateur.telephone %} ({{ organisateur.telephone }}){% endif %}.",
    "Le compte rendu de la sortie est fait dans les jours qui suivent le retour.",
)


def build() -> Document:
    document = new_document("Modèle d’ordre de mission")
    open_trip(document)
    width = text_width(document)
    tag(document, "if decision.est_accordee")
    paragraph(document, "{{ decision.mention }}", "Mention validé")
    tag(document, "else")
    paragraph(document, "{{ decision.mention }}", "Mention projet")
    tag(document, "endif", "if decision.motif")
    paragraph(document, "Motif : {{ decision.motif }}", "Précision")
    tag(document, "endif")
    facts_table(document, width, _FACTS, "Renseignements sur la sortie")
    tag(document, "if etapes")
    paragraph(document, "Étapes", "Heading 1")
    _stops(document, width)
    tag(document, "endif", "if a_bord")
    paragraph(document, "À bord", "Heading 1")
    _people(document, width)
    tag(document, "endif", "if decision.est_accordee")
    paragraph(document, "Engagements", "Heading 1")
    for promise in _PROMISES:
        paragraph(document, promise, "List Bullet")
    _signatures(document, width)
    tag(document, "endif")
    return document


def _stops(document: Document, width: float) -> None:
    rows = [
        Row(["N°", "Horaires", "Lieu", "Accueil"], "header"),
        Row(["for e in etapes"], "tag"),
        Row(["{{ e.numero }}", WHEN, WHERE, "{{ e.ouverte }}"]),
        Row(["endfor"], "tag"),
    ]
    table(document, [1.2, 4.6, width - 9.0, 3.2], rows, "Étapes de la sortie")


def _people(document: Document, width: float) -> None:
    rows = [
        Row(["Nom", "Organisme", "Rôle", "Réponse"], "header"),
        Row(["for p in a_bord"], "tag"),
        Row(["{{ p.nom }}", "{{ p.organisme }}", "{{ p.role }}", "{{ p.reponse }}"]),
        Row(["endfor"], "tag"),
    ]
    table(document, [width - 11.0, 4.6, 3.2, 3.2], rows, "Personnes à bord")


def _signatures(document: Document, width: float) -> None:
    rows = [
        Row(["{{ organisateur.nom }}", "{{ sortie.organisme }}", "Le conducteur"], "header"),
        Row(["", "", ""], height=1.7),
    ]
    paragraph(document, "Signatures", "Groupe")
    table(document, [width / 3] * 3, rows, "Signatures", ruled=True)
