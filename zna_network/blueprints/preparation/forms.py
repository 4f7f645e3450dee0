"""Forms of the preparation: a task, a post of the shift plan, somebody who holds it."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from wtforms import (
    DateField,
    EmailField,
    HiddenField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Optional

from zna_network.blueprints.support import DAY_FORMATS, HOUR_FORMATS, Form, RevisionField, choices
from zna_network.models.forum import Forum, ForumTask, Shift, TaskState
from zna_network.models.organisation import Organisation
from zna_network.queries.preparation import Shown, TaskFilter
from zna_network.services.forum_tasks import TaskData
from zna_network.services.french_time import local_date, long_date, to_local
from zna_network.services.session_times import day_of
from zna_network.services.shifts import DAYS, PersonData, ShiftData


class TaskFilterForm(Form):
    """Read from the address."""

    etat = SelectField("État", choices=[])
    organisme = SelectField("Organisme", choices=[])

    def __init__(
        self,
        wanted: TaskFilter,
        organisations: Sequence[Organisation],
        counts: Mapping[Shown, int],
    ) -> None:
        super().__init__(
            formdata=None,
            data={"etat": wanted.shown.value, "organisme": str(wanted.organisation_id or "")},
        )
        self.etat.choices = [
            SelectChoice(shown.value, f"{shown.label} ({counts[shown]})") for shown in Shown
        ]
        self.organisme.choices = [
            SelectChoice("", "Tous"),
            *(SelectChoice(str(one.id), one.name) for one in organisations),
        ]


class TaskForm(Form):
    title = StringField("À faire", [DataRequired("Écrivez ce qui est à faire.")])
    organisation = StringField("Organisme qui en répond")
    organisation_id = HiddenField()
    owner = StringField("Personne qui s’en charge")
    owner_email = EmailField(
        "Son adresse e-mail",
        description="Pour les rappels : sept jours avant, la veille, puis en cas de retard.",
    )
    due_on = DateField("Pour le", [Optional()], format=DAY_FORMATS)
    state = SelectField("État", choices=choices(TaskState), default=TaskState.TO_DO.value)
    note = TextAreaField("Précisions")
    revision = RevisionField()

    @classmethod
    def of(cls, task: ForumTask) -> "TaskForm":
        return cls(
            title=task.title,
            note=task.note,
            owner=task.owner,
            owner_email=task.owner_email,
            due_on=task.due_on,
            revision=task.revision,
            organisation=task.organisation.name if task.organisation else "",
            organisation_id=str(task.organisation_id or ""),
            state=task.state.value,
        )

    def to_data(self) -> TaskData:
        return TaskData(
            title=self.title.data,
            note=self.note.data or "",
            organisation=self.organisation.data or "",
            organisation_id=self.organisation_id.data or "",
            owner=self.owner.data or "",
            owner_email=self.owner_email.data or "",
            due_on=self.due_on.data,
            state=TaskState(self.state.data),
        )


class ShiftForm(Form):
    post = StringField("Poste", [DataRequired("Donnez un nom au poste.")])
    day = SelectField("Jour", coerce=int, default=0)
    starts = TimeField("De", [InputRequired("Indiquez l’heure de début.")], format=HOUR_FORMATS)
    ends = TimeField("À", [InputRequired("Indiquez l’heure de fin.")], format=HOUR_FORMATS)
    needed = IntegerField(
        "Personnes nécessaires", [InputRequired("Indiquez combien de personnes.")], default=1
    )
    place = StringField("Endroit")
    note = TextAreaField("Précisions", description="Figure dans le rappel de la veille.")
    revision = RevisionField()

    def about(self, forum: Forum) -> "ShiftForm":
        """The days on offer are named after the forum's own."""
        self.day.choices = [SelectChoice(days, _day_label(forum, days)) for days in DAYS]
        return self

    @classmethod
    def of(cls, shift: Shift, forum: Forum) -> "ShiftForm":
        starts, ends = to_local(shift.starts_at), to_local(shift.ends_at)
        form = cls(
            obj=shift,
            day=(local_date(shift.starts_at) - day_of(forum)).days,
            starts=starts.time(),
            ends=ends.time(),
        )
        return form.about(forum)

    def to_data(self) -> ShiftData:
        return ShiftData(
            post=self.post.data,
            starts=self.starts.data,
            ends=self.ends.data,
            day=self.day.data,
            needed=self.needed.data,
            place=self.place.data or "",
            note=self.note.data or "",
        )


class PersonForm(Form):
    name = StringField("Nom", [DataRequired("Indiquez qui tient ce poste.")])
    email = EmailField("Adresse e-mail", description="Pour le rappel de la veille.")
    organisation = StringField("Organisme")
    organisation_id = HiddenField()

    def to_data(self) -> PersonData:
        return PersonData(
            name=self.name.data,
            email=self.email.data or "",
            organisation=self.organisation.data or "",
            organisation_id=self.organisation_id.data or "",
        )


class CopyForm(Form):
    source = SelectField("Copier les créneaux de", coerce=int)

    def among(self, forums: Sequence[Forum]) -> "CopyForm":
        self.source.choices = [
            SelectChoice(
                forum.id,
                f"{forum.title} — {long_date(forum.held_on) if forum.held_on else 'sans date'}",
            )
            for forum in forums
        ]
        return self


def _day_label(forum: Forum, days: int) -> str:
    names = {-1: "la veille", 0: "le jour du forum", 1: "le lendemain"}
    name = names.get(days, f"{abs(days)} jours {'avant' if days < 0 else 'après'}")
    if forum.held_on is None:
        return name
    return f"{name}, {long_date(forum.held_on + timedelta(days=days))}"
