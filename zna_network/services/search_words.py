"""The words of a query, as the folded copies are searched."""

import re

from zna_network.services.folding import terms

_DOTTED = re.compile(r"\b(?:\w\.){2,}\w?")
# Words that a name may have or not: « CCAS de Arras », « CCAS d’Arras ».
_LITTLE = frozenset(["a", "au", "aux", "d", "de", "des", "du", "en", "et", "l", "la", "le", "les"])


def search_words(query: str) -> list[str]:
    """« C.C.A.S. de St Nicolas » gives [ccas, saint, nicolas]. At most eight words, each once;
    little words count only where there are no others."""
    compact = _DOTTED.sub(lambda match: match[0].replace(".", ""), query[:200])
    words = list(dict.fromkeys(terms(compact, limit=20)))
    telling = [word for word in words if word not in _LITTLE]
    return (telling or words)[:8]
