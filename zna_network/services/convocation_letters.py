"""Convocation letters: one Word document a person, with their civility and their own link."""

import json
import zipfile
from collections.abc import Iterable, Mapping
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from typing import Any

from sqlalchemy.orm import SessionTransaction

from zna_network.models.committee import CommitteeKind
from zna_network.models.document import DocumentKind
from zna_network.models.invitation import Invitation
from zna_network.models.meeting import Meeting
from zna_network.models.organisation import Organisation
from zna_network.ports.documents import DOCX_MEDIA_TYPE
from zna_network.ports.messages import Attachment
from zna_network.queries import invitations as queries
from zna_network.queries import meetings as meeting_queries
from zna_network.services.context import Context
from zna_network.services.document_rendering import render, template_of
from zna_network.services.documents import facts
from zna_network.services.documents.mappings import convocation_values
from zna_network.services.documents.values import Addressee, ConvocationDocument
from zna_network.services.errors import InvalidError, NotFoundError, TooLargeError
from zna_network.services.folding import fold
from zna_network.services.french_time import local_date
from zna_network.services.invitation_links import link_of
from zna_network.services.permissions import Permission

LETTERS_AT_ONCE = 300


class Printed:
    """Letters printed before a transaction takes the write lock, and found again in it by all
    that they say: one whose facts or template have changed meanwhile is printed anew."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        self._contents: dict[tuple[bytes, str], bytes] = {}
        self._template: tuple[SessionTransaction | None, bytes, bytes] | None = None

    def content(self, ctx: Context, values: Mapping[str, Any]) -> bytes:
        template, digest = self._template_now(ctx)
        key = (digest, json.dumps(values, sort_keys=True))
        if key not in self._contents:
            self._contents[key] = render(ctx, DocumentKind.CONVOCATION, values, template)
        return self._contents[key]

    def _template_now(self, ctx: Context) -> tuple[bytes, bytes]:
        """The template and its digest, looked for once a transaction."""
        transaction = ctx.session.get_transaction()
        if self._template is None or transaction is None or self._template[0] is not transaction:
            template = template_of(ctx, DocumentKind.CONVOCATION)
            found = ctx.session.get_transaction()
            self._template = (found, template, sha256(template).digest())
        return self._template[1:]


def print_letters(ctx: Context, meeting_id: int) -> Printed:
    """The letters that a COPIL's convocations are about to carry: a tenth of a second each, during
    which nobody else could write on SQLite. Called before the transaction; reads only."""
    printed = Printed(ctx.now)
    meeting = ctx.session.scalar(meeting_queries.with_agenda(meeting_id))
    if meeting is not None and meeting.committee.kind is CommitteeKind.STEERING:
        for invitation in ctx.session.scalars(queries.live(meeting_id)):
            if invitation.email and not invitation.is_convened:
                letter(ctx, meeting, invitation, printed)
    return printed


def letter(
    ctx: Context, meeting: Meeting, invitation: Invitation, printed: Printed | None = None
) -> Attachment:
    """The letter to one person. ``meeting`` has its committee and agenda at hand."""
    printed = printed or Printed(ctx.now)
    document = ConvocationDocument(
        issuer=facts.issuer(ctx.settings),
        committee=facts.committee_facts(meeting.committee),
        meeting=facts.meeting_facts(meeting),
        addressee=_addressee(invitation),
        produced_at=printed.at,
        signatory=facts.signatory(ctx.settings),
        points=facts.agenda_points(meeting.agenda),
        reply_url=link_of(ctx.settings, invitation),
    )
    return Attachment(
        filename=f"convocation-{local_date(meeting.starts_at):%Y-%m-%d}-{_slug(invitation)}.docx",
        media_type=DOCX_MEDIA_TYPE,
        content=printed.content(ctx, convocation_values(document)),
    )


def download_letter(ctx: Context, meeting_id: int, invitation_id: int) -> Attachment:
    """Raises NotFoundError when this person is not, or no longer, invited."""
    meeting = _meeting(ctx, meeting_id)
    invitation = ctx.session.scalar(queries.by_id(meeting_id, invitation_id))
    if invitation is None or not invitation.is_live:
        raise NotFoundError("Cette personne n’est pas convoquée à cette réunion.")
    return letter(ctx, meeting, invitation)


def download_letters(ctx: Context, meeting_id: int) -> Attachment:
    """Everybody's letter, in one zip file. Raises InvalidError when nobody is invited,
    TooLargeError beyond LETTERS_AT_ONCE."""
    meeting = _meeting(ctx, meeting_id)
    invitations = ctx.session.scalars(queries.live(meeting_id)).all()
    if not invitations:
        raise InvalidError("Ajoutez d’abord des personnes à convoquer.")
    if len(invitations) > LETTERS_AT_ONCE:
        raise TooLargeError(
            f"Plus de {LETTERS_AT_ONCE} lettres : téléchargez-les une par une, depuis chaque nom."
        )
    return Attachment(
        filename=f"convocations-{local_date(meeting.starts_at):%Y-%m-%d}.zip",
        media_type="application/zip",
        content=_zipped(letter(ctx, meeting, invitation) for invitation in invitations),
    )


def _meeting(ctx: Context, meeting_id: int) -> Meeting:
    """The meeting with its agenda, for those who convene: letters hold the personal links."""
    ctx.require(Permission.MEETING_CONVENE)
    meeting = ctx.session.scalar(meeting_queries.with_agenda(meeting_id))
    if meeting is None:
        raise NotFoundError("Cette réunion n’existe pas.")
    return meeting


def _zipped(letters: Iterable[Attachment]) -> bytes:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for rank, one in enumerate(letters, start=1):
            archive.writestr(f"{rank:02d}-{one.filename}", one.content)
    return stream.getvalue()


def _addressee(invitation: Invitation) -> Addressee:
    contact = invitation.contact
    organisation = invitation.organisation
    return Addressee(
        name=invitation.name,
        civility=contact.civility.value if contact and contact.civility else "",
        salutation=contact.salutation if contact else "",
        function=invitation.function,
        organisation=organisation.name if organisation else invitation.organisation_name,
        address=_postal_address(organisation) if organisation else "",
    )


def _postal_address(organisation: Organisation) -> str:
    town = f"{organisation.postcode} {organisation.city}".strip()
    return "\n".join(line for line in (organisation.address, town) if line)


def _slug(invitation: Invitation) -> str:
    return fold(invitation.name).replace(" ", "-")[:60] or str(invitation.id)
