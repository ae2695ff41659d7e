"""Build verifier and witness as single files that run on Python 3.9 or newer without installation.

Each embeds the source of its modules unchanged and executes it; they are no second implementation.
`python3 -m participa.belenios.bundles.single_file` writes them to the site's static files.
"""

from pathlib import Path

from participa.belenios import canonical

HERE = Path(__file__).resolve().parents[1]
ROOT = HERE.parents[1]
TARGET = ROOT / "static" / "verificador" / "verificar_bel.py"
WITNESS = TARGET.with_name("testigo.py")
# Each after the modules that it imports.
MODULES = (
    "canonical",
    "arithmetic.libcrypto",
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
    "checking.workers",
    "checking.chunks",
    "checking.ballots",
    "verifier",
    "verdict",
)
WITNESS_MODULES = (
    *MODULES,
    "challenge",
    "witness.own_copy",
    "witness.fetching",
    "witness.challenging",
    "witness.watching",
    "witness.shouting",
    "witness.program",
)
QUOTES = "'''"
VERIFIER_USE = """\
Revisa el archivo de una urna (.bel) con Python 3.9 o más nuevo, sin instalar nada.

Uso: python3 verificar_bel.py ARCHIVO.bel [--refuerzo refuerzo.json]
                              [--snapshot COPIA_ANTERIOR.bel] [--head HUELLA]
Termina con 0 si la acepta, con 1 si la rechaza, con 2 si no la puede revisar, y con 3 si la acepta
sin prueba de que la apertura del total sea la de sus papeletas (falta o no alcanza refuerzo.json).
Si encuentra OpenSSL (la biblioteca libcrypto) o gmpy2, hace lo mismo más rápido.
"""
WITNESS_USE = """Vigila una urna: guarda su propia copia y avisa si la urna cambia lo que ya mostró.

Uso: python3 testigo.py https://SITIO/urna/UUID CARPETA [--cada MINUTOS]
                        [--avisar ORDEN] [--correo ARCHIVO.json] [--huella ELECCION]
                        [--cabeza ALTURA HUELLA] [--procesos NUMERO] [--comprobar RASTREADOR]
Necesita Python 3.9 o más nuevo, y nada más. En cada ronda pide lo nuevo, lo revisa entero y lo
agrega a su copia. Termina con 0 si todo está bien, con 1 si hay una ALARMA, con 2 si no pudo
revisar (sin red, o llegó cortado), y con 3 si el problema es de esta carpeta o de lo que escribió.
"""
FILE_START = '''#!/usr/bin/env python3
"""%s
Cada parte es la copia exacta del archivo participa/belenios/<parte>.py de participa.
"""

import sys
from types import ModuleType

if sys.version_info < (3, 9):
    sys.exit("Este programa necesita Python 3.9 o más nuevo.")

PARTS = {
'''
FILE_END = """}


def load():
    for name, source in PARTS.items():
        module = put("participa.belenios." + name)
        file = module.__name__.replace(".", "/") + ".py"
        exec(compile(source.lstrip(), file, "exec"), vars(module))
    return module


def put(name):
    # The module of this name in its packages, all empty if they are new.
    if name not in sys.modules:
        package, _, last = name.rpartition(".")
        sys.modules[name] = ModuleType(name)
        if package:
            setattr(put(package), last, sys.modules[name])
    return sys.modules[name]


# Not only as the program: the processes that it starts read this file to have the modules too.
program = load()

if __name__ == "__main__":
    sys.exit(program.main())
"""


def build(modules: tuple[str, ...] = MODULES, use: str = VERIFIER_USE) -> str:
    """The text of the file; deterministic. Raises ValueError if a module cannot be quoted."""
    parts = []
    for name in modules:
        source = source_of(name).read_text(encoding="utf-8")
        if QUOTES in source or source.endswith("\\"):
            raise ValueError(f"{name}.py cannot stand between {QUOTES}")
        parts.append(f'    "{name}": r{QUOTES}\n{source}{QUOTES},\n')
    return FILE_START % use + "".join(parts) + FILE_END


def build_witness() -> str:
    return build(WITNESS_MODULES, WITNESS_USE)


def source_of(name: str) -> Path:
    """The file of one of the MODULES."""
    return HERE.joinpath(*name.split(".")).with_suffix(".py")


def digest(text: str) -> str:
    return canonical.hex_digest(text.encode())


def main() -> None:
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    for path, text in ((TARGET, build()), (WITNESS, build_witness())):
        path.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
