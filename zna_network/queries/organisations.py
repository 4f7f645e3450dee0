"""The directory, as the services and pages read it."""

from sqlalchemy import Select, select

from zna_network.models.organisation import Organisation


def by_slug(slug: str) -> Select[Organisation]:
    return select(Organisation).where(Organisation.slug == slug)
