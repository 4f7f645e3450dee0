"""Who may do what: one table, read by the services, the pages and the tests."""

from enum import StrEnum

from zna_network.models.account import Role, User


class Permission(StrEnum):
    """Named after the act. ``OWN`` in the table below means: where the thing belongs to the
    account's organisation (the committee that it leads, its own record)."""

    OWN_ACCOUNT = "own_account"
    DIRECTORY_READ = "directory.read"
    DIRECTORY_EDIT = "directory.edit"
    CONTACT_ADD = "contact.add"
    DIRECTORY_IMPORT = "directory.import"
    DIRECTORY_EXPORT = "directory.export"
    CONTACTS_EXPORT = "contacts.export"
    COMMITTEE_READ = "committee.read"
    COMMITTEE_EDIT = "committee.edit"
    MEMBER_PROPOSE = "member.propose"
    MEMBER_DECIDE = "member.decide"
    MEETING_READ = "meeting.read"
    MEETING_PREPARE = "meeting.prepare"
    MEETING_CONVENE = "meeting.convene"
    MINUTES_WRITE = "minutes.write"
    MINUTES_VALIDATE = "minutes.validate"
    OUTBOX_READ = "outbox.read"
    MAILBOX_READ = "mailbox.read"
    CALENDAR_READ = "calendar.read"
    CALENDAR_EDIT = "calendar.edit"
    PLAN_READ = "plan.read"
    PLAN_EDIT = "plan.edit"
    GRANT_READ = "grant.read"
    GRANT_EDIT = "grant.edit"
    INSTANCES_FIGURES = "instances.figures"
    TEMPLATES_EDIT = "templates.edit"
    ACCOUNTS_MANAGE = "accounts.manage"
    FORUM_READ = "forum.read"
    FORUM_EDIT = "forum.edit"
    FORUM_TAKE_PART = "forum.take_part"
    STAND_MANAGE = "stand.manage"
    WORKSHOP_MANAGE = "workshop.manage"
    ATTENDEES_READ = "attendees.read"
    REGISTER_AT_DESK = "attendees.register"
    DOOR_MANAGE = "door.manage"
    FIGURES_READ = "forum.figures"
    REFERRAL_CREATE = "referral.create"
    REFERRAL_READ = "referral.read"
    PERSON_READ = "person.read"
    PERSON_OPEN = "person.open"
    PERSON_ERASE = "person.erase"
    CASE_SHEET_EDIT = "case_sheet.edit"
    BILAN_READ = "bilan.read"
    EVALUATION_EXPORT = "evaluation.export"
    VAN_READ = "van.read"
    VAN_REQUEST = "van.request"
    VAN_HANDOVER = "van.handover"
    VAN_DECIDE = "van.decide"
    VAN_MANAGE = "van.manage"


class Scope(StrEnum):
    ALL = "all"
    OWN = "own"


_STAFF = {Role.ADMIN: Scope.ALL, Role.AGENT: Scope.ALL}
_STAFF_AND_GRANTEE_OWN = {**_STAFF, Role.GRANTEE: Scope.OWN}
_EVERYBODY = {**_STAFF, Role.GRANTEE: Scope.ALL, Role.PARTNER: Scope.ALL}
_EVERYBODY_OWN = {**_STAFF, Role.GRANTEE: Scope.OWN, Role.PARTNER: Scope.OWN}

TABLE: dict[Permission, dict[Role, Scope]] = {
    Permission.OWN_ACCOUNT: _EVERYBODY,
    Permission.DIRECTORY_READ: _EVERYBODY,
    Permission.DIRECTORY_EDIT: _STAFF,
    Permission.CONTACT_ADD: {**_STAFF, Role.GRANTEE: Scope.ALL},
    Permission.DIRECTORY_IMPORT: _STAFF,
    Permission.DIRECTORY_EXPORT: {**_STAFF, Role.GRANTEE: Scope.ALL},
    Permission.CONTACTS_EXPORT: _STAFF,
    Permission.COMMITTEE_READ: _EVERYBODY_OWN,
    Permission.COMMITTEE_EDIT: _STAFF,
    Permission.MEMBER_PROPOSE: _STAFF_AND_GRANTEE_OWN,
    Permission.MEMBER_DECIDE: _STAFF,
    Permission.MEETING_READ: _EVERYBODY_OWN,
    Permission.MEETING_PREPARE: _STAFF_AND_GRANTEE_OWN,
    Permission.MEETING_CONVENE: _STAFF,
    Permission.MINUTES_WRITE: _STAFF_AND_GRANTEE_OWN,
    Permission.MINUTES_VALIDATE: _STAFF,
    Permission.OUTBOX_READ: _STAFF,
    Permission.MAILBOX_READ: _STAFF,
    Permission.CALENDAR_READ: {**_STAFF, Role.GRANTEE: Scope.ALL},
    Permission.CALENDAR_EDIT: _STAFF,
    Permission.PLAN_READ: _STAFF_AND_GRANTEE_OWN,
    Permission.PLAN_EDIT: _STAFF_AND_GRANTEE_OWN,
    Permission.GRANT_READ: _STAFF_AND_GRANTEE_OWN,
    Permission.GRANT_EDIT: _STAFF,
    Permission.INSTANCES_FIGURES: _STAFF,
    Permission.TEMPLATES_EDIT: _STAFF,
    Permission.ACCOUNTS_MANAGE: {Role.ADMIN: Scope.ALL},
    Permission.FORUM_READ: _EVERYBODY,
    Permission.FORUM_EDIT: _STAFF,
    Permission.FORUM_TAKE_PART: {**_STAFF, Role.GRANTEE: Scope.ALL},
    Permission.STAND_MANAGE: _EVERYBODY_OWN,
    Permission.WORKSHOP_MANAGE: _STAFF_AND_GRANTEE_OWN,
    Permission.ATTENDEES_READ: _STAFF,
    Permission.REGISTER_AT_DESK: {**_STAFF, Role.GRANTEE: Scope.ALL},
    Permission.DOOR_MANAGE: _STAFF,
    Permission.FIGURES_READ: {**_STAFF, Role.GRANTEE: Scope.ALL},
    Permission.REFERRAL_CREATE: _EVERYBODY_OWN,
    Permission.REFERRAL_READ: _EVERYBODY_OWN,
    Permission.PERSON_READ: _EVERYBODY_OWN,
    Permission.PERSON_OPEN: _STAFF,
    Permission.PERSON_ERASE: _EVERYBODY_OWN,
    Permission.CASE_SHEET_EDIT: _STAFF_AND_GRANTEE_OWN,
    Permission.BILAN_READ: {**_STAFF, Role.GRANTEE: Scope.ALL},
    Permission.EVALUATION_EXPORT: _STAFF,
    Permission.VAN_READ: _EVERYBODY,
    Permission.VAN_REQUEST: _STAFF_AND_GRANTEE_OWN,
    Permission.VAN_HANDOVER: _STAFF_AND_GRANTEE_OWN,
    Permission.VAN_DECIDE: _STAFF,
    Permission.VAN_MANAGE: _STAFF,
}


def scope_of(actor: User | None, permission: Permission) -> Scope | None:
    """How far this account's permission reaches; none when it does not have it at all."""
    if actor is None or not actor.is_active:
        return None
    return TABLE[permission].get(actor.role)


def allows(actor: User | None, permission: Permission, organisation_id: int | None = None) -> bool:
    """Whether ``actor`` may act on something that belongs to ``organisation_id``."""
    scope = scope_of(actor, permission)
    if scope is Scope.ALL:
        return True
    return (
        scope is Scope.OWN
        and actor is not None
        and organisation_id is not None
        and actor.organisation_id == organisation_id
    )
