"""The people of the organisations."""

from dataclasses import dataclass, replace

from zna_network.models.organisation import Civility, Contact
from zna_network.queries import contacts as queries
from zna_network.services import address_troubles
from zna_network.services.addresses import clean_email
from zna_network.services.clean_values import clean_line, clean_phone
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, NotFoundError
from zna_network.services.folding import fold
from zna_network.services.organisation_values import Checks
from zna_network.services.organisations import live_organisation
from zna_network.services.permissions import Permission
from zna_network.services.unit_of_work import CHANGED_MEANWHILE


@dataclass(frozen=True)
class ContactData:
    """A person as typed. ``salutation`` opens a letter to an elected member; ``is_referent``
    answers « Fiche à jour ? » for the organisation."""

    last_name: str
    first_name: str = ""
    civility: Civility | None = None
    function: str = ""
    email: str = ""
    phone: str = ""
    is_elected: bool = False
    salutation: str = ""
    is_referent: bool = False


FIELDS = tuple(ContactData.__dataclass_fields__)


def create_contact(
    ctx: Context, organisation_id: int, data: ContactData, *, is_fictitious: bool = False
) -> Contact:
    """A new person at a live organisation. Raises ConflictError when the same person is already
    there (same name, and the same e-mail or one that has none)."""
    ctx.require(Permission.CONTACT_ADD)
    with ctx.unit_of_work():
        organisation = live_organisation(ctx, organisation_id, lock=True)
        clean = cleaned(data)
        key = contact_sort_key(clean)
        _refuse_same_person(ctx, organisation_id, key, clean)
        contact = Contact(
            organisation_id=organisation_id,
            sort_key=key,
            is_fictitious=is_fictitious,
            created_at=ctx.now,
            updated_at=ctx.now,
        )
        _write(contact, clean)
        ctx.session.add(contact)
        ctx.session.flush()
        ctx.record("contact.created", organisation, contact=contact.id)
    return contact


def update_contact(ctx: Context, contact_id: int, data: ContactData, revision: int) -> Contact:
    """Write the person anew; ConflictError if somebody has written since ``revision``."""
    ctx.require(Permission.DIRECTORY_EDIT)
    with ctx.unit_of_work():
        contact = contact_by_id(ctx, contact_id)
        if contact.revision != revision:
            raise ConflictError(CHANGED_MEANWHILE)
        if contact.archived_at is not None:
            raise ConflictError("Ce contact est archivé : restaurez-le avant de le modifier.")
        clean = cleaned(data)
        if contact.email and clean.email != contact.email:
            address_troubles.settle_address(ctx, contact.email)
        changed = [field for field in FIELDS if getattr(contact, field) != getattr(clean, field)]
        if not changed:
            return contact
        _write(contact, clean)
        contact.sort_key = contact_sort_key(clean)
        contact.updated_at = ctx.now
        ctx.record("contact.updated", contact.organisation, contact=contact.id, fields=changed)
    return contact


def archive_contact(ctx: Context, contact_id: int) -> Contact:
    """The person has left: no longer proposed anywhere, still named in what has been."""
    ctx.require(Permission.DIRECTORY_EDIT)
    with ctx.unit_of_work():
        contact = contact_by_id(ctx, contact_id)
        if contact.archived_at is None:
            contact.archived_at = ctx.now
            contact.updated_at = ctx.now
            ctx.record("contact.archived", contact.organisation, contact=contact.id)
    return contact


def restore_contact(ctx: Context, contact_id: int) -> Contact:
    ctx.require(Permission.DIRECTORY_EDIT)
    with ctx.unit_of_work():
        contact = contact_by_id(ctx, contact_id)
        if contact.archived_at is not None:
            contact.archived_at = None
            contact.updated_at = ctx.now
            ctx.record("contact.restored", contact.organisation, contact=contact.id)
    return contact


def contact_by_id(ctx: Context, contact_id: int) -> Contact:
    """The person, with the organisation. Raises NotFoundError."""
    contact = ctx.session.scalar(queries.by_id(contact_id))
    if contact is None:
        raise NotFoundError("Ce contact n’existe pas.")
    return contact


def cleaned(data: ContactData) -> ContactData:
    """The person in the form that is stored. Raises InvalidValuesError with all that is wrong."""
    checks = Checks()

    def line(field: str, limit: int, required: str = "") -> str:
        typed: str = getattr(data, field)
        return checks.take(
            lambda: clean_line(typed, field=field, limit=limit, required=required), ""
        )

    clean = replace(
        data,
        last_name=line("last_name", 80, "Indiquez le nom de la personne."),
        first_name=line("first_name", 80),
        function=line("function", 160),
        salutation=line("salutation", 120),
        email=checks.take(lambda: clean_email(data.email) if data.email.strip() else "", ""),
        phone=checks.take(lambda: clean_phone(data.phone), ""),
    )
    if clean.is_referent and not data.email.strip():
        checks.refuse(
            "Un référent reçoit le lien « Fiche à jour ? » : il faut son e-mail.", "email"
        )
    checks.finish()
    return clean


def data_of(contact: Contact) -> ContactData:
    return ContactData(**{name: getattr(contact, name) for name in FIELDS})


def contact_sort_key(data: ContactData) -> str:
    return fold(f"{data.last_name} {data.first_name}")[:170]


def _write(contact: Contact, clean: ContactData) -> None:
    for field in FIELDS:
        setattr(contact, field, getattr(clean, field))


def _refuse_same_person(ctx: Context, organisation_id: int, key: str, clean: ContactData) -> None:
    for other in ctx.session.scalars(queries.live_of_organisation_named(organisation_id, key)):
        if other.email == clean.email or not other.email or not clean.email:
            raise ConflictError(
                f"{other.full_name} figure déjà parmi les contacts de cet organisme.",
                field="last_name",
            )
