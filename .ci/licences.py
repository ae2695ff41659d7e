"""Write docs/licencias.md: every locked package, its version, its licence and who needs it."""

import re
import sys
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCKED = re.compile(r"^([a-z0-9][a-z0-9.-]*)==(\S+)", re.MULTILINE)
# Read by a person: packages of other systems, which are not installed here to be asked, and
# packages that carry their licence as a file only.
READ = {
    "async-timeout": "Apache-2.0",
    "axe-playwright-python": "MIT (trae axe-core, MPL-2.0)",
    "colorama": "BSD-3-Clause",
    "huey": "MIT",
    "qrcode": "BSD-3-Clause",
}
HEAD = """\
# Licencias de lo que participa usa

Este listado lo escribe `.ci/lock` cuando cambian las versiones. Ninguno de estos paquetes viaja
dentro del repositorio: se instalan desde los archivos `requirements*.lock`, con su huella.

Dentro del repositorio viaja la letra Roboto (Apache-2.0, recortada a las letras latinas), para las
imágenes que se comparten: `participa/core/files/seed/`, con su licencia.

También viaja lo que lee códigos QR con la cámara: barcode-detector 3.2.2 (MIT) y zxing-wasm 3.1.3
(MIT, y Apache-2.0 lo que trae de zxing-cpp): `static/vendor/`, con sus licencias y sus huellas.

También viaja lo que deja firmar con el dedo: signature_pad 5.1.4 (MIT): `static/vendor/`, con su
licencia y su huella.

| paquete | versión | licencia | para qué |
|---|---|---|---|"""


def licence(name: str) -> str:
    """What the package itself declares: the SPDX expression, else its classifiers, else a text."""
    if name in READ:
        return READ[name]
    told = metadata.metadata(name)
    if expression := told.get("License-Expression"):
        return expression
    classifiers = [
        line.rpartition(" :: ")[2]
        for line in told.get_all("Classifier") or ()
        if line.startswith("License ::") and not line.endswith("OSI Approved")
    ]
    text = (told.get("License") or "").strip().partition("\n")[0]
    return (
        ", ".join(classifiers)
        or text
        or sys.exit(f"{name} declares no licence; read it and add it to READ.")
    )


def main() -> None:
    runtime = dict(LOCKED.findall((ROOT / "requirements.lock").read_text()))
    lines = [
        f"| {name} | {version} | {licence(name)} | "
        f"{'servir' if name in runtime else 'probar y desarrollar'} |"
        for name, version in LOCKED.findall((ROOT / "requirements-dev.lock").read_text())
    ]
    (ROOT / "docs" / "licencias.md").write_text("\n".join([HEAD, *lines]) + "\n")


if __name__ == "__main__":
    main()
