"""Forms about a forum itself."""

from wtforms import (
    BooleanField,
    DateField,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf, DataRequired, InputRequired, Optional

from zna_network.blueprints.support import (
    DAY_FORMATS,
    HOUR_FORMATS,
    Form,
    RevisionField,
    WholeNumberField,
)
from zna_network.models.forum import Forum, ForumState
from zna_network.services.forums import ForumData
from zna_network.services.territory import Territory


class ForumForm(Form):
    title = StringField("Nom du forum", [DataRequired("Donnez un nom à ce forum.")])
    held_on = DateField(
        "Date", [Optional()], format=DAY_FORMATS, description="Laissez vide : « date à annoncer »."
    )
    opens_at = TimeField(
        "Ouverture", [InputRequired("Indiquez l’heure d’ouverture.")], format=HOUR_FORMATS
    )
    closes_at = TimeField(
        "Fermeture", [InputRequired("Indiquez l’heure de fermeture.")], format=HOUR_FORMATS
    )
    place = StringField("Lieu", description="Le nom de la salle, tel qu’un visiteur le cherchera.")
    address = StringField("Adresse")
    commune_insee = SelectField("Commune", validate_choice=False)
    access = TextAreaField(
        "Comment venir", description="Bus, stationnement, accès en fauteuil : figure au programme."
    )
    presentation = TextAreaField(
        "Présentation", description="Ce que l’on y trouve, en mots simples."
    )
    gauge = WholeNumberField(
        "Jauge",
        [InputRequired("Indiquez combien de personnes la salle peut accueillir à la fois.")],
        description="Le nombre de personnes dans la salle à un même moment.",
    )
    takes_registrations = BooleanField("Les inscriptions des visiteurs sont ouvertes")
    takes_stands = BooleanField("Les candidatures de stand sont ouvertes")
    stands_answer_by = DateField(
        "Réponse des exposants invités avant le",
        [Optional()],
        format=DAY_FORMATS,
        description="Un rappel part de lui-même, une seule fois, sept jours avant ; sans date, "
        "trois semaines avant le forum.",
    )
    revision = RevisionField()

    @classmethod
    def of(cls, forum: Forum | None) -> "ForumForm":
        if forum is None:
            fresh = ForumData(title="")
            return cls(opens_at=fresh.opens_at, closes_at=fresh.closes_at, gauge=fresh.gauge)
        return cls(obj=forum)

    def offer(self, territory: Territory) -> None:
        self.commune_insee.choices = [
            SelectChoice("", "—"),
            *(SelectChoice(one.insee, one.name) for one in territory.communes),
        ]

    def to_data(self, territory: Territory) -> ForumData:
        commune = territory.commune(self.commune_insee.data or "")
        return ForumData(
            title=self.title.data or "",
            held_on=self.held_on.data,
            opens_at=self.opens_at.data,
            closes_at=self.closes_at.data,
            place=self.place.data or "",
            address=self.address.data or "",
            commune_insee=commune.insee if commune else None,
            access=self.access.data or "",
            presentation=self.presentation.data or "",
            gauge=self.gauge.data or 0,
            takes_registrations=self.takes_registrations.data,
            takes_stands=self.takes_stands.data,
            stands_answer_by=self.stands_answer_by.data,
        )


class StateForm(Form):
    state = StringField(validators=[AnyOf([one.value for one in ForumState])])
    revision = RevisionField()


class CancelForm(Form):
    reason = TextAreaField(
        "Motif",
        [DataRequired("Indiquez le motif : tout le monde le lira.")],
        description="Il figure sur la page publique et dans les messages. Écrivez simplement.",
    )
    revision = RevisionField()
