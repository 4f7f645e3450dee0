"""The forms of the acts on a referral, the same for accounts and for the link's holder. Each knows
its act, and runs its use case: on an id for an account, on a token for the link."""

from collections.abc import Sequence
from typing import Any, ClassVar

from wtforms import (
    DateField,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional

from zna_network.blueprints.support import DAY_FORMATS, HOUR_FORMATS, Form, choices
from zna_network.models.referral import (
    AppointmentState,
    Evidence,
    OutcomeResult,
    Period,
    Referral,
    ReferralState,
    RefusalReason,
    Step,
)
from zna_network.models.territory import Right
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError
from zna_network.services.french_time import long_datetime, to_local
from zna_network.services.referrals import (
    appointments,
    decisions,
    link_desk,
    outcomes,
    questions,
    steps,
)
from zna_network.services.referrals.acting import Target
from zna_network.services.referrals.acts import Act
from zna_network.services.referrals.appointments import TO_COME, AppointmentData
from zna_network.services.referrals.outcomes import OutcomeData

_MINUTES = (15, 30, 45, 60, 90, 120)
_STALE = "Cette page n’est plus à jour : relisez-la, puis recommencez."


class ActForm(Form):
    """``offer`` fills in what depends on the referral, before the page shows it."""

    act: ClassVar[Act]
    done: ClassVar[str]

    def __init__(self, *, by_link: bool, filled: bool = False) -> None:
        """Without the usual token against forged requests for the link's holder: the link itself
        is the secret that such a request would need, and nobody is signed in."""
        meta = {"csrf": False} if by_link else {}
        given: dict[str, Any] = {} if filled else {"formdata": None}
        super().__init__(prefix=self.act.value, meta=meta, **given)

    def offer(self, referral: Referral, rights: Sequence[Right]) -> None:
        pass

    def run(self, ctx: Context, target: Target) -> object:
        raise NotImplementedError


class _Shown(ActForm):
    """A decision carries the state that its author had before their eyes."""

    shown = HiddenField()

    def offer(self, referral: Referral, rights: Sequence[Right]) -> None:
        self.shown.raw_data, self.shown.data = None, referral.state.value

    def read_shown(self) -> ReferralState:
        if self.shown.data not in set(ReferralState):
            raise ConflictError(_STALE)
        return ReferralState(self.shown.data)


class SeenForm(ActForm):
    act, done = Act.SEEN, "Merci : l’organisme qui oriente sait que vous l’avez reçue."

    def run(self, ctx: Context, target: Target) -> object:
        return decisions.mark_seen(ctx, target)


class AcceptForm(_Shown):
    act, done = Act.ACCEPT, "C’est accepté. L’organisme qui oriente est prévenu."

    def run(self, ctx: Context, target: Target) -> object:
        return decisions.accept(ctx, target, shown=self.read_shown())


class RefuseForm(_Shown):
    act, done = Act.REFUSE, "Le refus est enregistré. L’organisme qui oriente est prévenu."
    reason = RadioField(
        "Pourquoi ?", [InputRequired("Choisissez une raison.")], choices=choices(RefusalReason)
    )
    words = TextAreaField("Un mot d’explication")

    def run(self, ctx: Context, target: Target) -> object:
        reason = RefusalReason(self.reason.data)
        words, shown = self.words.data or "", self.read_shown()
        return decisions.refuse(ctx, target, reason, words=words, shown=shown)


class AskForm(ActForm):
    act, done = Act.ASK, "La question est posée : l’autre organisme est prévenu."
    words = TextAreaField("Votre question", [InputRequired("Écrivez votre question.")])

    def run(self, ctx: Context, target: Target) -> object:
        return questions.ask(ctx, target, self.words.data or "")


class AnswerForm(ActForm):
    act, done = Act.ANSWER, "La réponse est enregistrée : l’autre organisme est prévenu."
    words = TextAreaField("Votre réponse", [InputRequired("Écrivez votre réponse.")])

    def run(self, ctx: Context, target: Target) -> object:
        return questions.answer(ctx, target, self.words.data or "")


class NoteForm(ActForm):
    act, done = Act.NOTE, "La note est enregistrée."
    words = TextAreaField(
        "Note", [InputRequired("Écrivez votre note.")], description="Lue des deux organismes."
    )

    def run(self, ctx: Context, target: Target) -> object:
        return questions.note(ctx, target, self.words.data or "")


class ProposeForm(ActForm):
    act, done = Act.PROPOSE, "Le rendez-vous est proposé."
    day = DateField("Date", [InputRequired("Indiquez la date.")], format=DAY_FORMATS)
    hour = TimeField("Heure", [InputRequired("Indiquez l’heure.")], format=HOUR_FORMATS)
    minutes = SelectField(
        "Durée",
        choices=[SelectChoice(n, f"{n} minutes") for n in _MINUTES],
        coerce=int,
        default=30,
    )
    place = StringField(
        "Lieu", description="L’adresse où venir, ou « par téléphone ». Jamais celle de la personne."
    )
    note = TextAreaField("À apporter, à savoir")

    def to_data(self) -> AppointmentData:
        return AppointmentData(
            day=self.day.data,
            hour=self.hour.data,
            minutes=self.minutes.data,
            place=self.place.data or "",
            note=self.note.data or "",
        )

    def run(self, ctx: Context, target: Target) -> object:
        return appointments.propose(ctx, target, self.to_data())


class MoveForm(ProposeForm):
    act, done = Act.MOVE, "Le rendez-vous est déplacé."
    appointment_id = SelectField("Rendez-vous", coerce=int, validate_choice=False)

    def offer(self, referral: Referral, rights: Sequence[Right]) -> None:
        movable = [one for one in referral.appointments if one.state in TO_COME]
        self.appointment_id.choices = [
            SelectChoice(one.id, long_datetime(one.starts_at)) for one in movable
        ]
        if movable and not self.is_submitted():
            last = movable[-1]
            begins = to_local(last.starts_at)
            self.appointment_id.data = last.id
            self.day.data, self.hour.data = begins.date(), begins.time()
            self.minutes.data = int((last.ends_at - last.starts_at).total_seconds() // 60)
            self.place.data, self.note.data = last.place, last.note

    def run(self, ctx: Context, target: Target) -> object:
        number = self.appointment_id.data or 0
        return appointments.move(ctx, target, number, self.to_data())


class FollowForm(ActForm):
    """What becomes of an appointment: a button of the page each."""

    act, done = Act.FOLLOW, "La suite du rendez-vous est enregistrée."
    appointment_id = HiddenField()
    state = HiddenField()

    def run(self, ctx: Context, target: Target) -> object:
        number = self.appointment_id.data or ""
        is_number = number.isascii() and number.isdigit() and len(number) < 10
        if self.state.data not in set(AppointmentState) or not is_number:
            raise ConflictError(_STALE)
        return appointments.set_state(ctx, target, int(number), AppointmentState(self.state.data))


class StepForm(ActForm):
    act, done = Act.STEP, "L’étape est enregistrée."
    step = RadioField(
        "Où en est la personne ?",
        [InputRequired("Choisissez une étape.")],
        choices=choices(steps.OFFERED),
    )
    on = DateField(
        "Le", [Optional()], format=DAY_FORMATS, description="Aujourd’hui si rien n’est écrit."
    )
    words = TextAreaField("Un mot")

    def offer(self, referral: Referral, rights: Sequence[Right]) -> None:
        if self.step.data is None and referral.step in steps.OFFERED:
            self.step.data = referral.step.value

    def run(self, ctx: Context, target: Target) -> object:
        step, words = Step(self.step.data), self.words.data or ""
        return steps.record(ctx, target, step, on=self.on.data, words=words)


class OutcomeForm(ActForm):
    act, done = Act.OUTCOME, "Le résultat est enregistré."
    right_code = SelectField("Droit", validate_choice=False)
    result = RadioField(
        "Résultat", [InputRequired("Choisissez un résultat.")], choices=choices(OutcomeResult)
    )
    amount = StringField("Montant", description="En euros, si vous le connaissez.")
    period = RadioField(
        "Ce montant est", [Optional()], choices=choices(Period), validate_choice=False
    )
    effective_on = DateField("Date d’effet", [Optional()], format=DAY_FORMATS)
    evidence = SelectField(
        "D’où le sait-on ?",
        choices=choices(Evidence),
        default=Evidence.ORGANISATION_SAYS.value,
        description="Aucun document n’est gardé.",
    )

    def offer(self, referral: Referral, rights: Sequence[Right]) -> None:
        """The rights of the referral first; another may have been found on the way."""
        own = [right.right for right in referral.rights]
        others = [right for right in rights if right not in own]
        self.right_code.choices = [
            SelectChoice(right.code, right.label) for right in [*own, *others]
        ]
        decided = {o.right_code for o in referral.outcomes if o.replaced_at is None}
        first = next((right.code for right in own if right.code not in decided), None)
        if not self.is_submitted() and first:
            self.right_code.data = first

    def run(self, ctx: Context, target: Target) -> object:
        data = OutcomeData(
            right_code=self.right_code.data or "",
            result=OutcomeResult(self.result.data),
            amount=self.amount.data or "",
            period=self.period.data or "",
            effective_on=self.effective_on.data,
            evidence=Evidence(self.evidence.data),
        )
        return outcomes.add(ctx, target, data)


class _Desk(ActForm):
    """What the side that refers, and the staff, do with the link: with an account, on an id."""

    def run(self, ctx: Context, target: Target) -> object:
        return self.run_on(ctx, int(target))

    def run_on(self, ctx: Context, referral_id: int) -> object:
        raise NotImplementedError


class ResendForm(_Desk):
    act, done = Act.RESEND, "Le message part de nouveau."

    def run_on(self, ctx: Context, referral_id: int) -> object:
        return link_desk.resend(ctx, referral_id)


class RenewForm(_Desk):
    act, done = Act.RENEW, "L’ancien lien ne fonctionne plus ; le nouveau part par e-mail."

    def run_on(self, ctx: Context, referral_id: int) -> object:
        return link_desk.renew(ctx, referral_id)


class RevokeForm(_Desk):
    act, done = Act.REVOKE, "Le lien ne fonctionne plus."

    def run_on(self, ctx: Context, referral_id: int) -> object:
        return link_desk.revoke(ctx, referral_id)


class ReopenForm(_Desk):
    act, done = Act.REOPEN, "L’orientation est rouverte."
    words = TextAreaField("Pourquoi la rouvrir")

    def run_on(self, ctx: Context, referral_id: int) -> object:
        return decisions.reopen(ctx, referral_id, words=self.words.data or "")


FORMS: dict[Act, type[ActForm]] = {
    form.act: form
    for form in (
        *(SeenForm, AcceptForm, RefuseForm, AskForm, AnswerForm, NoteForm, ProposeForm, MoveForm),
        *(FollowForm, StepForm, OutcomeForm, ResendForm, RenewForm, RevokeForm, ReopenForm),
    )
}
