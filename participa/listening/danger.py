"""Words that may speak of a danger to somebody's life; a person reads and decides.

The patterns read small letters without accents.
"""

import re

from participa.core.web.lists import folded

MOST_WORDS = 4  # shown of what a pattern finds


def any_of(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))


RISK = any_of(
    r"\b(?:quitarme|quitarse) la vida\b|\bsuicid\w+\b|\bmatarme\b|\b(?:me )?quiero morir\w*\b",
    r"\bno quiero (?:seguir )?viv\w+\b|\bacabar con (?:todo|mi vida)\b|\bhacerme dano\b",
    r"\b(?:me|nos|lo|la) (?:va|van|quiere|quieren) (?:a )?matar\b|\bamenaz\w+ de muerte\b",
    r"\b(?:me|nos) (?:amenaz\w+|estan amenazando)\b",
    r"\bno (?:le )?(?:veo|encuentro) (?:la |ninguna )?salida\b|\bya no (?:puedo|aguanto) mas\b",
    r"\bme (?:pega|golpea|viol[ao])\b|\babus\w+ sexual\w*\b",
)


def risk_words(text: str) -> tuple[str, ...]:
    """Words that may speak of a danger to somebody's life. They find little: a person reads all."""
    return words_found(RISK, folded(text), text)


def words_found(pattern: re.Pattern[str], read: str, text: str) -> tuple[str, ...]:
    """What the pattern finds, as it was typed; `folded` changes no place."""
    found = (" ".join(text[one.start() : one.end()].split()) for one in pattern.finditer(read))
    return tuple(dict.fromkeys(found))[:MOST_WORDS]
