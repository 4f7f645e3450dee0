"""What the type-to-find fields ask for while somebody types: `[{"value", "label", "hint"}]`."""

from flask import Response, jsonify, request
from flask_login import current_user

from zna_network.blueprints.access import requires
from zna_network.blueprints.directory.views import blueprint
from zna_network.blueprints.support import context
from zna_network.extensions import limiter
from zna_network.models.organisation import Contact, Organisation
from zna_network.services import directory_search, territory
from zna_network.services.permissions import Permission


def _account() -> str:
    """The limit is an account's: a whole town hall may share one address."""
    return f"suggestions:{current_user.get_id()}"


at_typing_speed = limiter.shared_limit("180 per minute", scope="suggestions", key_func=_account)


@blueprint.get("/suggestions/organismes")
@requires(Permission.DIRECTORY_READ)
@at_typing_speed
def suggest_organisations() -> Response:
    found = directory_search.suggest_organisations(context(), _typed())
    return jsonify(
        [{"value": str(o.id), "label": o.name, "hint": _organisation_hint(o)} for o in found]
    )


@blueprint.get("/suggestions/contacts")
@requires(Permission.CONTACT_ADD)
@at_typing_speed
def suggest_contacts() -> Response:
    found = directory_search.suggest_contacts(context(), _typed())
    return jsonify(
        [{"value": str(c.id), "label": c.full_name, "hint": _contact_hint(c)} for c in found]
    )


@blueprint.get("/suggestions/communes")
@requires(Permission.DIRECTORY_READ)
@at_typing_speed
def suggest_communes() -> Response:
    ctx = context()
    found = directory_search.suggest_communes(ctx, _typed(), territory.load(ctx))
    return jsonify(
        [{"value": c.insee, "label": c.name, "hint": c.postcodes.replace(";", ", ")} for c in found]
    )


def _typed() -> str:
    return request.args.get("q", "")[:200]


def _organisation_hint(organisation: Organisation) -> str:
    parts = (organisation.acronym, organisation.kind.label, organisation.place_name)
    return " · ".join(dict.fromkeys(part for part in parts if part))


def _contact_hint(contact: Contact) -> str:
    return " · ".join(filter(None, (contact.function, contact.organisation.name)))
