"""Forms about the plan: a stand's place, the grid, the image under it."""

from flask_wtf.file import FileField, FileRequired
from wtforms.validators import InputRequired

from zna_network.blueprints.support import Form, RevisionField, WholeNumberField
from zna_network.services.stand_squares import Place


class RevisionForm(Form):
    revision = RevisionField()


class PlaceForm(Form):
    """Columns and rows as the plan shows them, counted from 1."""

    column = WholeNumberField("Colonne", [InputRequired("Indiquez la colonne.")])
    row = WholeNumberField("Rangée", [InputRequired("Indiquez la rangée.")])
    width = WholeNumberField("Largeur", [InputRequired("Indiquez la largeur.")])
    height = WholeNumberField("Hauteur", [InputRequired("Indiquez la hauteur.")])
    revision = RevisionField()

    def to_place(self) -> Place:
        column, row, width, height = (
            field.data or 0 for field in (self.column, self.row, self.width, self.height)
        )
        return Place(column - 1, row - 1, width, height)


class GridForm(Form):
    plan_columns = WholeNumberField("Colonnes", [InputRequired("Indiquez un nombre.")])
    plan_rows = WholeNumberField("Rangées", [InputRequired("Indiquez un nombre.")])
    revision = RevisionField()


class ImageForm(Form):
    image = FileField(
        "Image du plan de la salle",
        [FileRequired("Choisissez une image.")],
        description="PNG, JPEG ou WebP, 8 Mo au plus. Centrée sous la grille, sans être déformée.",
    )
