"""What the page of the minutes sends, and what the database then holds."""

from tests.page_checks import Page
from zna_network.extensions import db
from zna_network.models.minutes import Minutes


def url_of(minutes: Minutes) -> str:
    return f"/instances/reunions/{minutes.meeting_id}/compte-rendu"


def form_of(page: Page) -> dict[str, object]:
    """What the page that is written would send as it is, without any button."""
    sent: dict[str, object] = {"section": []}
    form = page.all("form", id="redaction")[0]
    for field in [*form.iter("input"), *form.iter("textarea")]:
        name = field.get("name") or ""
        value = field.get("value") or "".join(field.itertext())
        if name == "section":
            sent["section"].append(value)  # type: ignore[attr-defined]
        elif name:
            sent[name] = value
    return sent


def fresh(minutes: Minutes) -> Minutes:
    """The minutes as the database holds them now."""
    db.session.expire_all()
    return minutes
