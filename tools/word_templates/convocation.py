"""Lettre de convocation, addressed to one elected member."""

from docx.document import Document
from docx.shared import Cm

from tools.word_templates.blocks import facts_table, line, paragraph, tag
from tools.word_templates.sheet import new_document, running_footer, running_header, text_width

_FACTS = (
    ("Date", "{{ reunion.date|capitale }}", ""),
    ("Horaires", "{{ reunion.horaires }}", ""),
    ("Lieu", "{{ reunion.lieu }}", "reunion.lieu"),
    ("Visioconférence", "{{ reunion.visio }}", "reunion.visio"),
)


def build() -> Document:
    document = new_document("Modèle de lettre de convocation")
    running_header(document, "", "{{ organisateur.nom }}", "{{ reunion.titre }}")
    running_footer(document, _footer())
    _letterhead(document)
    _addressee(document)
    _subject(document)
    _body(document)
    _agenda(document)
    _reply(document)
    _close(document)
    return document


def _footer() -> str:
    return (
        "{{ organisateur.nom }}{% if organisateur.telephone %} · {{ organisateur.telephone }}"
        "{% endif %}{% if organisateur.courriel %} · {{ organisateur.courriel }}{% endif %}"
    )


def _letterhead(document: Document) -> None:
    name = paragraph(document, "", "Surtitre")
    line(name, "{{ organisateur.nom }}")
    tag(document, "if organisateur.service")
    paragraph(document, "{{ organisateur.service }}", "Expéditeur")
    tag(document, "endif", "if organisateur.adresse")
    paragraph(document, "{{ organisateur.adresse }}", "Expéditeur")
    tag(document, "endif")


def _addressee(document: Document) -> None:
    lines = (
        (
            "{% if destinataire.civilite %}{{ destinataire.civilite }} {% endif %}"
            "{{ destinataire.nom }}",
            "",
        ),
        ("{{ destinataire.fonction }}", "destinataire.fonction"),
        ("{{ destinataire.organisme }}", "destinataire.organisme"),
        ("{{ destinataire.adresse }}", "destinataire.adresse"),
    )
    for rank, (text, condition) in enumerate(lines):
        if condition:
            tag(document, f"if {condition}")
        shown = paragraph(document, text, "Destinataire")
        if rank == 0:
            shown.paragraph_format.space_before = Cm(0.6)
            shown.runs[0].bold = True
        if condition:
            tag(document, "endif")
    dated = paragraph(
        document,
        "{% if organisateur.ville %}{{ organisateur.ville }}, le {% else %}Le {% endif %}"
        "{{ document.date }}",
        "Destinataire",
    )
    dated.paragraph_format.space_before = Cm(0.8)


def _subject(document: Document) -> None:
    subject = paragraph(document, "", "Objet")
    subject.paragraph_format.space_before = Cm(0.5)
    line(subject, "Objet : ", bold=True)
    line(subject, "convocation – {{ reunion.titre }}")
    tag(document, "if reference")
    reference = paragraph(document, "", "Objet")
    line(reference, "Réf. : ", bold=True)
    line(reference, "{{ reference }}")
    tag(document, "endif")


def _body(document: Document) -> None:
    salutation = paragraph(document, "{{ destinataire.appel }},")
    salutation.paragraph_format.space_before = Cm(0.6)
    salutation.paragraph_format.space_after = Cm(0.3)
    paragraph(
        document,
        "J’ai l’honneur de vous convier à la réunion « {{ reunion.titre }} » "
        "({{ instance.nom }}), qui se tiendra :",
    )
    facts_table(document, text_width(document), _FACTS)


def _agenda(document: Document) -> None:
    tag(document, "if points")
    intro = paragraph(document, "L’ordre du jour sera le suivant :")
    intro.paragraph_format.space_before = Cm(0.4)
    intro.paragraph_format.keep_with_next = True
    tag(document, "for point in points")
    paragraph(
        document,
        "{{ point.numero }}.\t{{ point.titre }}"
        "{% if point.rapporteur %} ({{ point.rapporteur }}){% endif %}",
        "Point numéroté",
    )
    tag(document, "endfor", "endif")


def _reply(document: Document) -> None:
    tag(document, "if reponse.lien")
    reply = paragraph(document, "", "Encadré")
    line(reply, "Votre réponse", bold=True)
    line(reply, "{% if reponse.avant_le %}, avant le {{ reponse.avant_le }}{% endif %} : ")
    line(reply, "{{ reponse.lien }}")
    tag(document, "endif", "for alinea in reunion.consignes")
    paragraph(document, "{{ alinea.texte }}")
    tag(document, "endfor")


def _close(document: Document) -> None:
    farewell = paragraph(
        document,
        "Je vous prie d’agréer, {{ destinataire.appel }}, l’expression de ma considération "
        "distinguée.",
    )
    farewell.paragraph_format.space_before = Cm(0.3)
    farewell.paragraph_format.keep_with_next = True
    tag(document, "if signataire.fonction")
    function = paragraph(document, "{{ signataire.fonction }},", "Destinataire")
    function.paragraph_format.space_before = Cm(0.8)
    function.paragraph_format.keep_with_next = True
    tag(document, "endif", "if signataire.nom")
    name = paragraph(document, "{{ signataire.nom }}", "Destinataire")
    name.paragraph_format.space_before = Cm(1.4)
    name.runs[0].bold = True
    tag(document, "endif")
