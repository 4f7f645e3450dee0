"""What the mission order and the trip sheet of CUA Mobile share."""

from docx.document import Document

from tools.word_templates.blocks import paragraph
from tools.word_templates.opening import LETTERHEAD
from tools.word_templates.sheet import running_footer, running_header

VEHICLE = (
    "{{ vehicule.nom }}"
    "{% if vehicule.immatriculation %} · {{ vehicule.immatriculation }}{% endif %}"
    "{% if vehicule.energie %} · {{ vehicule.energie }}{% endif %}"
)
WHERE = (
    "{% if e.lieu %}{{ e.lieu }}, {% endif %}{{ e.commune }}"
    "{% if e.quartier %} (quartier {{ e.quartier }}){% endif %}"
)
WHEN = "{% if e.jour %}{{ e.jour|capitale }}, {% endif %}{{ e.horaires }}"
DEPARTURE = "{{ sortie.depart|capitale }}{% if vehicule.lieu %} – {{ vehicule.lieu }}{% endif %}"


def open_trip(document: Document) -> None:
    """Headers, footers and title."""
    running_header(
        document, LETTERHEAD, "CUA Mobile – {{ sortie.reference }}", "{{ sortie.depart }}"
    )
    running_footer(document, "{{ sortie.intitule }} {{ sortie.reference }} · {{ document.date }}")
    paragraph(document, "CUA Mobile – {{ sortie.reference }}", "Surtitre")
    paragraph(document, "{{ sortie.intitule }}", "Title")
    paragraph(document, "{{ sortie.titre }}", "Subtitle")
