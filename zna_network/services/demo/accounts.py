"""The demonstration's accounts: one a role, the same password for all."""

from dataclasses import dataclass

from zna_network.models.account import Role, User
from zna_network.models.organisation import Organisation
from zna_network.queries import demo as queries
from zna_network.services import accounts, passwords
from zna_network.services.context import Context
from zna_network.services.demo.partners import GRANTEES
from zna_network.services.errors import ForbiddenError

PASSWORD = "Essai-du-reseau-2026!"  # noqa: S105 - printed by make demo, refused on a public site


@dataclass(frozen=True)
class DemoAccount:
    email: str
    name: str
    role: Role
    organisation: str = ""


ACCOUNTS = (
    DemoAccount("admin@cua.example", "Nadia Lavande", Role.ADMIN),
    DemoAccount("agent@cua.example", "Bastien Bruyère", Role.AGENT),
    *(
        DemoAccount(
            f"laureat{lots[0]}@laureats.example", f"Lauréat du lot {lots[0]}", Role.GRANTEE, p.name
        )
        for p, lots in GRANTEES
    ),
    DemoAccount("partenaire@caf.example", "Élise Églantine", Role.PARTNER, "CAF du Pas-de-Calais"),
)


def build(ctx: Context, organisations: dict[str, Organisation]) -> list[User]:
    """The accounts, created where missing. Their password being public, a public site refuses."""
    if ctx.settings.is_public:
        raise ForbiddenError(
            "Les comptes de démonstration ont un mot de passe connu de tous : refusé sur un site "
            "public."
        )
    emails = [account.email for account in ACCOUNTS]
    known = {user.email for user in ctx.session.scalars(queries.accounts_of(emails))}
    missing = [account for account in ACCOUNTS if account.email not in known]
    hashed = passwords.hash_password(PASSWORD) if missing else ""  # slow on purpose, so once
    for account in missing:
        organisation = organisations.get(account.organisation)
        data = accounts.AccountData(
            email=account.email,
            name=account.name,
            role=account.role,
            organisation_id=organisation.id if organisation else None,
        )
        accounts.create_user(ctx, data, PASSWORD, hashed=hashed)
    return list(ctx.session.scalars(queries.accounts_of(emails)))
