"""Texts typed in a form, cut into the paragraphs and list items that a document shows."""

import re

CIVILITIES = {"Mme": "Madame", "M.": "Monsieur"}
BULLET = re.compile(r"^\s*[-–—•*·]\s+(?P<text>.*)$")


def paragraphs(text: str) -> list[dict[str, object]]:
    """One ``{"texte", "puce"}`` a line that says something; ``puce`` is true for a list item.

    A line that starts with "- " is a list item, and an indented line after it continues it.
    """
    found: list[dict[str, object]] = []
    for line in text.splitlines():
        if not line.strip():
            continue
        bullet = BULLET.match(line)
        if bullet:
            found.append({"texte": bullet["text"].strip(), "puce": True})
        elif found and found[-1]["puce"] and line[0] in " \t\u00a0":
            found[-1]["texte"] = f"{found[-1]['texte']}\n{line.strip()}"
        else:
            found.append({"texte": line.strip(), "puce": False})
    return found


def opening(salutation: str, civility: str) -> str:
    """How a letter addresses somebody, without the comma."""
    if salutation.strip():
        return salutation.strip().rstrip(",").rstrip()
    return CIVILITIES.get(civility, "Madame, Monsieur")


def duration(minutes: int | None) -> str:
    """« 20 min », « 1 h », « 1 h 30 »; empty where no length was set."""
    if not minutes:
        return ""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest}\u00a0min"
    return f"{hours}\u00a0h" + (f"\u00a0{rest:02d}" if rest else "")
