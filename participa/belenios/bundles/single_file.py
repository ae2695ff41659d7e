"""Build the verifier as a single file that runs on Python 3.9 or newer without installation.

The file embeds the source of MODULES unchanged and executes it; it is not a second implementation.
`python3 -m participa.belenios.bundles.single_file` writes it to the site's static files.
"""

from pathlib import Path

from participa.belenios import canonical

HERE = Path(__file__).resolve().parents[1]
ROOT = HERE.parents[1]
TARGET = ROOT / "static" / "verificador" / "verificar_bel.py"
# Each after the modules that it imports.
MODULES = (
    "canonical",
    "groups",
    "proofs",
    "questions",
    "election",
    "trustees",
    "answers",
    "ballot",
    "tally",
    "opening_proofs",
    "roll",
    "archive",
    "verifier",
    "verdict",
)
QUOTES = "'''"
FILE_START = '''#!/usr/bin/env python3
"""Revisa el archivo de una urna (.bel) con Python 3.9 o más nuevo, sin instalar nada.

Uso: python3 verificar_bel.py ARCHIVO.bel [--refuerzo refuerzo.json]
                              [--snapshot COPIA_ANTERIOR.bel] [--head HUELLA]
Termina con 0 si la acepta, con 1 si la rechaza, con 2 si no la puede revisar, y con 3 si la acepta
sin prueba de que la apertura del total sea la de sus papeletas (falta o no alcanza refuerzo.json).
Si además está instalado gmpy2, hace lo mismo más rápido.

Cada parte es la copia exacta del archivo participa/belenios/<parte>.py de participa.
"""

import sys
from types import ModuleType

if sys.version_info < (3, 9):
    sys.exit("Este verificador necesita Python 3.9 o más nuevo.")

PARTS = {
'''
FILE_END = """}


def load():
    for name in ("participa", "participa.belenios"):
        sys.modules[name] = ModuleType(name)
    sys.modules["participa"].belenios = sys.modules["participa.belenios"]
    for name, source in PARTS.items():
        module = ModuleType("participa.belenios." + name)
        sys.modules[module.__name__] = module
        setattr(sys.modules["participa.belenios"], name, module)
        exec(compile(source.lstrip(), "participa/belenios/" + name + ".py", "exec"), vars(module))
    return module


if __name__ == "__main__":
    sys.exit(load().main())
"""


def build() -> str:
    """The text of the file; deterministic. Raises ValueError if a module cannot be quoted."""
    parts = []
    for name in MODULES:
        source = (HERE / f"{name}.py").read_text(encoding="utf-8")
        if QUOTES in source or source.endswith("\\"):
            raise ValueError(f"{name}.py cannot stand between {QUOTES}")
        parts.append(f'    "{name}": r{QUOTES}\n{source}{QUOTES},\n')
    return FILE_START + "".join(parts) + FILE_END


def digest(text: str) -> str:
    return canonical.hex_digest(text.encode())


def main() -> None:
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_text(build(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
