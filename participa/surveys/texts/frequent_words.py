"""The words that come up most in what people wrote: a first look, not an analysis. No database."""

import re
from collections import Counter
from collections.abc import Iterable

from participa.core.web.lists import folded

SHORTEST = 4
MOST = 20
WORD = re.compile(r"[^\W\d_]+")
# Words that hold a sentence together and say nothing of its subject, without accents.
LIST = """
ahora ademas algo alguien algun alguna algunas alguno algunos alla alli ambos ante antes aquel
aquella aquellas aquellos aqui asi aun aunque bajo bastante bien cada casi como con contra
cosa cosas cual cuales cualquier cuando cuanto cuya cuyo dar debe deben debemos deberia
deberian decir del desde despues donde durante ella ellas ellos entonces entre eran eres esas
esos esta estaba estaban estamos estan estar estas este esten esto estos estoy fue fueron gran
gracias haber habia hace hacen hacer hacia haga hagan han has hasta hay haya hecho hemos hizo
hoy igual incluso lado los luego mas mayor mejor menos mientras misma mismo mismos mucha muchas
mucho muchos muy nada nadie ningun ninguna nos nosotros nuestra nuestras nuestro nuestros nunca
otra otras otro otros para parte pero poca pocas poco pocos podemos poder podria podrian por
porque pues puede pueden puedan pueda que quien quienes quiera quiere quieren quiero sean segun
ser seria seran sido siempre siendo sino sobre sola solamente solo somos son soy sus suyo tal
tambien tampoco tan tanta tanto tener tenemos tenga tengan tengo tenia tiene tienen toda todas
todavia todo todos tras una unas uno unos usted ustedes vamos vez veces voy creo falta hacemos
"""
EMPTY = frozenset(LIST.split())


def frequent(texts: Iterable[str], least: int = 2) -> list[tuple[str, int]]:
    """Words with the number of texts that have them, the most frequent first.

    A word counts once per text, in its most usual spelling; one in fewer than `least` is left out.
    """
    found: Counter[str] = Counter()
    spellings: dict[str, Counter[str]] = {}
    for text in texts:
        words = {folded(word): word.lower() for word in WORD.findall(text)}
        for plain, word in words.items():
            if len(plain) >= SHORTEST and plain not in EMPTY:
                found[plain] += 1
                spellings.setdefault(plain, Counter())[word] += 1
    ranked = sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))
    return [(spellings[plain].most_common(1)[0][0], n) for plain, n in ranked[:MOST] if n >= least]
