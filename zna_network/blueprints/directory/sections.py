"""The sections of the directory, for the tabs on top of each of its pages: those that exist and
that the account may open."""

from dataclasses import dataclass

from flask import Blueprint, current_app, url_for
from flask.blueprints import BlueprintSetupState
from flask_login import current_user

from zna_network.services.permissions import Permission, scope_of


@dataclass(frozen=True)
class Section:
    key: str
    label: str
    endpoint: str
    permission: Permission


SECTIONS = (
    Section("directory", "Organismes", "directory.index", Permission.DIRECTORY_READ),
    Section("reviews", "Vérifications", "reviews.index", Permission.DIRECTORY_EDIT),
    Section("duplicates", "Doublons", "duplicates.index", Permission.DIRECTORY_EDIT),
    Section("imports", "Import", "imports.index", Permission.DIRECTORY_IMPORT),
    Section("exports", "Export", "exports.index", Permission.DIRECTORY_EXPORT),
    Section("rights", "Droits", "directory.rights.index", Permission.DIRECTORY_EDIT),
)


def directory_sections(active: str) -> list[tuple[str, str, bool, None]]:
    """(label, address, whether it is the current one, no count), as components/tabs.html takes."""
    return [
        (section.label, url_for(section.endpoint), section.key == active, None)
        for section in SECTIONS
        if section.endpoint in current_app.view_functions
        and scope_of(current_user, section.permission) is not None
    ]


def install(blueprint: Blueprint) -> None:
    """Templates of the neighbouring areas (imports, reviews…) call it too."""

    def register(state: BlueprintSetupState) -> None:
        state.app.jinja_env.globals["directory_sections"] = directory_sections

    blueprint.record_once(register)
