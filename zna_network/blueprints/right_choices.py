"""The rights as the forms offer them: chips under what people come for."""

from collections import Counter
from dataclasses import dataclass

from zna_network.models.territory import Right
from zna_network.services.context import Context
from zna_network.services.referrals.guide import guide


@dataclass(frozen=True)
class ShownRight:
    code: str
    short_label: str
    label: str


@dataclass(frozen=True)
class ShownTheme:
    label: str
    rights: tuple[ShownRight, ...]


def right_themes(ctx: Context) -> tuple[ShownTheme, ...]:
    """Every right in use, as plain values: a transaction forgets rows. Two rights of one acronym
    are told apart by their whole names."""
    themes = guide(ctx)
    rights = [question.right for theme in themes for question in theme.questions]
    times = Counter(right.short_label for right in rights)

    def shown(right: Right) -> ShownRight:
        short = right.short_label
        return ShownRight(right.code, right.label if times[short] > 1 else short, right.label)

    return tuple(
        ShownTheme(theme.label, tuple(shown(question.right) for question in theme.questions))
        for theme in themes
    )
