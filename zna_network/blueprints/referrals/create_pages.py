"""The page of a new referral: what it begins with, what it offers, and its sending."""

from functools import cached_property

from werkzeug.datastructures import MultiDict

from zna_network.blueprints.referrals.create_forms import NEW, OTHER, ReferralForm
from zna_network.blueprints.right_choices import right_themes
from zna_network.models.account import Role
from zna_network.models.organisation import Organisation
from zna_network.models.person import ConsentAnswer, Purpose
from zna_network.models.referral import Referral, ReferralOrigin, Side, Step
from zna_network.queries import organisations as organisation_queries
from zna_network.services import organisation_choice, territory
from zna_network.services.context import Context
from zna_network.services.errors import DomainError, InvalidError
from zna_network.services.languages import language_of
from zna_network.services.referrals import (
    beginning,
    creation,
    diagnostics,
    people,
    receivers,
    similar_people,
)
from zna_network.services.referrals.access import author_as
from zna_network.services.referrals.beginning import KnownPerson
from zna_network.services.referrals.consent_notice import Notice, Question, notices
from zna_network.services.referrals.creation import ReferralData, Sender
from zna_network.services.referrals.receivers import Suggestion
from zna_network.services.referrals.similar_people import SimilarPerson

LOST_FILE = (
    "Le dossier choisi n’est pas, ou n’est plus, un des vôtres. Rien n’a été envoyé : vérifiez de "
    "qui il s’agit, puis envoyez de nouveau."
)
SAY_WHO = "Dites de qui il s’agit : un dossier qui existe, ou quelqu’un d’autre."


class Making:
    """One showing of the page. ``known`` are the files to choose from; ``alike`` those that what
    was typed resembles."""

    def __init__(self, ctx: Context) -> None:
        self.ctx = ctx
        # Read before the first transaction, which forgets rows: kept as plain values.
        self.themes = right_themes(ctx)
        codes = [right for theme in self.themes for right in theme.rights]
        self.form = ReferralForm(territory.load(ctx), codes)
        self.known: list[KnownPerson] = []
        self.alike: list[SimilarPerson] = []
        self.has_lost_file = False
        self.is_staff = bool(ctx.actor and ctx.actor.is_staff)
        if self.form.is_submitted():
            self._find_known()

    @cached_property
    def notices(self) -> list[Notice]:
        return notices(self.ctx)

    @cached_property
    def suggestions(self) -> list[Suggestion]:
        """From what the form says now, completed by the chosen file."""
        form, chosen = self.form, self.chosen
        place = form.place.data or (chosen.place if chosen else "")
        group = form.target_group.data or (chosen.target_group if chosen else "")
        found = receivers.suggest_for(self.ctx, form.rights.data or [], place, group)
        form.offer_receivers(found)
        return found

    @property
    def chosen(self) -> KnownPerson | None:
        return next((one for one in self.known if one.id == self.form.person_id), None)

    @property
    def has_badge(self) -> bool:
        return self.form.number_of("badge_id") is not None

    def answer_to(self, purpose: str) -> ConsentAnswer | None:
        """What the chosen person has already said."""
        return self.chosen.answers.get(Purpose(purpose)) if self.chosen else None

    def question(self, purpose: str) -> Question:
        """In French, for who asks; the notice in the person's language has it too."""
        return next(one for one in self.notices[0].questions if one.purpose == purpose)

    def reasons_for(self, person_id: int) -> list[str]:
        """What a file shares with what was typed."""
        return [why for one in self.alike if one.person_id == person_id for why in one.reasons]

    def language_name(self, code: str) -> str:
        return language_of(code).name

    def begin(self, args: MultiDict[str, str]) -> None:
        """From ``personne``, ``badge``, ``droit`` (several) and ``diagnostic`` in the address."""
        form = self.form
        form.rights.data = [code for code in args.getlist("droit") if self._is_right(code)]
        is_grantee = self.ctx.actor is not None and self.ctx.actor.role is Role.GRANTEE
        origin = ReferralOrigin.FIELDWORK if is_grantee else ReferralOrigin.DESK
        form.origin.data = origin.value
        form.referrer.data = self.ctx.actor.name if self.ctx.actor else ""
        own = self._own_organisation
        form.sender.data, form.sender_id.data = (own.name, str(own.id)) if own else ("", "")
        person_id = self._begin_with_diagnostic(args.get("diagnostic", type=int))
        person_id = person_id or args.get("personne", type=int)
        if person_id is not None:
            self.known = [beginning.known_person(self.ctx, person_id)]
            form.offer_people(self.known)
            form.who.data = str(person_id)
            form.place.data = self.known[0].place
            form.target_group.data = self.known[0].target_group
        elif args.get("badge"):
            form.badge.data = args["badge"]
            self.read_badge()

    def read_badge(self) -> None:
        """Fill in what the badge tells; a badge that is none keeps the rest."""
        form = self.form
        try:
            shown = beginning.badge_shown(self.ctx, form.badge.data or "")
        except InvalidError as error:
            form.badge_id.data = ""
            form.refuse(error)
            return
        badge_id, number = shown.badge.id, shown.badge.shown_number
        form.fill(people.facts_of_badge(self.ctx, shown.badge, scanned=shown.is_scanned))
        _show(form.badge, number)
        _show(form.badge_id, str(badge_id))
        if form.origin.data in {None, "", ReferralOrigin.DESK.value}:
            _show(form.origin, ReferralOrigin.STAND.value)
        self._find_known()

    def send(self, *, is_declined: bool) -> Referral | None:
        """The referral; none when something is to be corrected or chosen."""
        return self.form.attempt(lambda: self._send(is_declined=is_declined))

    def _send(self, *, is_declined: bool) -> Referral:
        form = self.form
        sender = self._sender()
        # Sent twice, it does not resemble what it has just made.
        made = creation.already_made(self.ctx, sender, form.client_id.data or "")
        if made is not None:
            return made
        self._check_who(sender.organisation_id)
        receiver_id = self._receiver_id(is_declined=is_declined)
        data = ReferralData(
            client_id=form.client_id.data or "",
            receiver_id=receiver_id,
            rights=tuple(form.rights.data or ()),
            origin=form.origin.data or "",
            callback=form.callback.data or "",
            need=form.need.data or "",
            cause=form.cause.data or "",
            urgency=form.urgency.data or "",
            callback_when=form.callback_when.data or "",
            person_id=form.person_id,
            person=form.person(),
            badge_id=form.number_of("badge_id"),
            consents=form.answers(),
            referrer=form.referrer.data or "",
            diagnostic_id=form.number_of("diagnostic_id"),
            step=Step.DECLINED.value if is_declined else "",
        )
        return creation.create(self.ctx, sender, data)

    def _check_who(self, owner_id: int) -> None:
        """A new file is made once its author has seen those that it resembles."""
        form = self.form
        if self.has_lost_file:
            raise InvalidError(LOST_FILE)
        if form.person_id is not None or form.who.data == NEW:
            return
        if self.known:
            raise InvalidError(SAY_WHO, field="who")
        found = similar_people.similar(
            self.ctx, form.person(), owner_id, form.number_of("badge_id")
        )
        if found:
            self._offer_alike(found)
            raise InvalidError(SAY_WHO, field="who")

    def _receiver_id(self, *, is_declined: bool) -> int | None:
        form = self.form
        chosen = form.receiver_choice.data or ""
        if chosen and chosen != OTHER:
            return form.number_of("receiver_choice")
        typed = (form.receiver.data or "").strip()
        if not typed:
            if is_declined:
                return None
            raise InvalidError(receivers.NO_RECEIVER, field="receiver")
        picked = form.receiver_id.data or ""
        return organisation_choice.resolve(self.ctx, picked, typed, field="receiver").id

    def _sender(self) -> Sender:
        own = self._own_organisation
        if self.is_staff:
            typed, picked = self.form.sender.data or "", self.form.sender_id.data or ""
            own = organisation_choice.resolve(self.ctx, picked, typed, field="sender")
        assert own is not None  # The database refuses such an account without an organisation.
        return Sender(own.id, author_as(self.ctx, Side.SENDER))

    def _find_known(self) -> None:
        """The files that the badge or the choice made before stand for."""
        badge_id, person_id = self.form.number_of("badge_id"), self.form.person_id
        self.known = beginning.wearers(self.ctx, badge_id) if badge_id else []
        if person_id is not None and self.chosen is None:
            try:
                self.known.append(beginning.known_person(self.ctx, person_id))
            except DomainError:
                self.form.who.data = ""
                self.has_lost_file = True
        self.form.offer_people(self.known)

    def _offer_alike(self, found: list[SimilarPerson]) -> None:
        self.alike = found
        ids = [one.person_id for one in found]
        self.known = [beginning.known_person(self.ctx, number) for number in ids]
        self.form.offer_people(self.known)

    def _begin_with_diagnostic(self, diagnostic_id: int | None) -> int | None:
        """Its person, and the rights that it found to check."""
        if diagnostic_id is None:
            return None
        view = diagnostics.read(self.ctx, diagnostic_id)
        self.form.diagnostic_id.data = str(diagnostic_id)
        if not self.form.rights.data:
            self.form.rights.data = [code for code in view.to_check if self._is_right(code)]
        return view.person.id

    def _is_right(self, code: str) -> bool:
        return any(code == choice.value for choice in self.form.rights.choices)

    @cached_property
    def _own_organisation(self) -> Organisation | None:
        number = self.ctx.actor.organisation_id if self.ctx.actor else None
        return self.ctx.session.scalar(organisation_queries.by_id(number)) if number else None


def _show(field: object, value: str) -> None:
    """What the page shows from here on, whatever was sent."""
    field.raw_data, field.data = None, value  # type: ignore[attr-defined]
