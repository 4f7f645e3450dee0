"""The main menu and the addresses that every page's layout needs."""

from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, request, url_for
from flask_login import current_user

from zna_network.services.permissions import Permission, scope_of


@dataclass(frozen=True)
class Entry:
    """One line of the menu: shown to the accounts that have ``permission``, and marked as current
    in the pages of ``areas`` as in those of its own."""

    label: str
    endpoint: str
    icon: str
    permission: Permission
    areas: frozenset[str] = frozenset()

    def holds(self, area: str) -> bool:
        return area == self.endpoint.partition(".")[0] or area in self.areas


@dataclass(frozen=True)
class Link:
    label: str
    url: str
    icon: str
    active: bool
    count: int | None = None


_OF_COMMITTEES = frozenset(
    {
        "meetings",
        "invitations",
        "case_sheets",
        "attendance",
        "minutes",
        "actions",
        "polls",
        "planning",
        "meeting_day",
        "reading",
        "register",
        "copil_file",
    }
)
_OF_DIRECTORY = frozenset({"duplicates", "imports", "exports", "reviews"})
_OF_FORUM = frozenset(
    {
        "stands",
        "workshops",
        "preparation",
        "attendees",
        "badges",
        "devices",
        "board",
        "figures",
    }
)
_OF_REFERRALS = frozenset({"people", "diagnostics"})
MENU = (
    Entry("Accueil", "home.show", "house", Permission.OWN_ACCOUNT),
    Entry("Annuaire", "directory.index", "people", Permission.DIRECTORY_READ, _OF_DIRECTORY),
    Entry("Instances", "committees.index", "calendar3", Permission.COMMITTEE_READ, _OF_COMMITTEES),
    Entry("CUA Mobile", "van.index", "bus-front", Permission.VAN_READ),
    Entry("Forum", "forums.index", "shop", Permission.FORUM_READ, _OF_FORUM),
    Entry("Orientations", "referrals.index", "send", Permission.REFERRAL_READ, _OF_REFERRALS),
    Entry("Conventions", "grants.index", "cash-coin", Permission.GRANT_READ),
    Entry("Bilan", "bilan.show", "bar-chart", Permission.BILAN_READ),
    Entry("Messages", "outbox.index", "envelope", Permission.OUTBOX_READ, frozenset({"mailbox"})),
    Entry("Modèles Word", "templates.index", "file-earmark-word", Permission.TEMPLATES_EDIT),
    Entry("Comptes", "users.index", "person-gear", Permission.ACCOUNTS_MANAGE),
)


def install(app: Flask) -> None:
    app.context_processor(_layout_values)


def _layout_values() -> dict[str, Any]:
    return {
        "navigation": _navigation() if current_user.is_authenticated else [],
        "home_url": url_for("home.show"),
        "account_url": url_for("accounts.own_account"),
        "sign_out_url": url_for("accounts.sign_out"),
    }


def _navigation() -> list[Link]:
    section = (request.blueprint or "").partition(".")[0]
    return [
        Link(
            label=entry.label,
            url=url_for(entry.endpoint),
            icon=entry.icon,
            active=entry.holds(section),
        )
        for entry in MENU
        if entry.endpoint in current_app.view_functions
        and scope_of(current_user, entry.permission) is not None
    ]
