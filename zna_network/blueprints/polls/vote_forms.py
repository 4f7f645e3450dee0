"""The form of one person's answer: a choice for each date, made for the poll at hand."""

from typing import Any

from wtforms import RadioField, StringField, TextAreaField

from zna_network.blueprints.support import Form, choices
from zna_network.models.poll import Choice, PollOption
from zna_network.services.polls.answers import AnswerPage, VotesData
from zna_network.services.polls.poll_values import live_options, words_of


class VoteForm(Form):
    """``envoi`` is the button pressed: « aucune » stands for no to every date."""

    comment = TextAreaField("Un mot pour l’organisateur")
    envoi = StringField()
    options: list[PollOption]

    def rows(self) -> list[tuple[PollOption, Any]]:
        """Each date with its choices, for the page."""
        return [(option, self[f"option_{option.id}"]) for option in self.options]

    def to_data(self) -> VotesData:
        said = {option.id: self[f"option_{option.id}"].data for option in self.options}
        known = set(Choice)
        return VotesData(
            choices={number: Choice(value) for number, value in said.items() if value in known},
            suits_none=self.envoi.data == "aucune",
            comment=self.comment.data or "",
        )


class LinkVoteForm(VoteForm):
    """The link is the secret that a forged request would need, nobody is signed in whom it could
    abuse, and a page kept open on a telephone must still work once its cookie is gone."""

    class Meta:
        csrf = False


def vote_form(base: type[VoteForm], page: AnswerPage, *, sent: bool = True) -> VoteForm:
    """The form of this page, with what was answered until now; ``sent`` is false after a refusal
    that the request's own values have nothing to do with."""
    options = live_options(page.poll)
    fields: dict[str, Any] = {
        f"option_{option.id}": RadioField(
            words_of(option), choices=choices(Choice), validate_choice=False
        )
        for option in options
    }
    made = type("PollVoteForm", (base,), fields)
    data = {f"option_{number}": choice.value for number, choice in page.choices.items()}
    data["comment"] = page.invitee.comment
    form: VoteForm = made(data=data) if sent else made(formdata=None, data=data)
    form.options = options
    return form
