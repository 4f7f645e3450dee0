"""The texts as the page's script takes them: what to show, and what to send back next."""

from typing import Any

from zna_network.models.minutes import MinutesSection
from zna_network.services.french_time import to_local
from zna_network.services.minutes_text import TextConflict
from zna_network.services.text_merging import fingerprint


def text_state(section: MinutesSection) -> dict[str, Any]:
    return {
        "id": section.id,
        "text": section.text,
        "revision": section.revision,
        "seen": fingerprint(section.text),
        "author": section.updated_by.name if section.updated_by else "",
        "saved_at": f"{to_local(section.updated_at):%H:%M}",
    }


def conflict_state(conflict: TextConflict) -> dict[str, Any]:
    """``text`` is the other person's; ``assembled`` holds both."""
    return {
        "id": conflict.section_id,
        "text": conflict.text,
        "revision": conflict.revision,
        "seen": fingerprint(conflict.text),
        "author": conflict.author,
        "saved_at": f"{to_local(conflict.at):%H:%M}",
        "assembled": conflict.assembled,
    }


def name_state(name: str, saved_at: str = "") -> dict[str, Any]:
    """A name of the heading, which has no revision: what was seen is compared itself."""
    return {"text": name, "revision": 0, "seen": name, "author": "", "saved_at": saved_at}
