"""Bundle the JavaScript modules of `browser/` into the scripts for voters and the offline pages.

The modules import one another by relative name. That fails on the site, where the address of a file
contains the hash of its content, and in a page opened from disk, which cannot import at all. A
bundle is the concatenation of the modules without their import and export keywords.
`python3 -m participa.belenios.bundles.browser_files` writes the files to the site's static files.
"""

import base64
import hashlib
import re
from collections.abc import Sequence
from pathlib import Path

HERE = Path(__file__).resolve().parents[1] / "browser"
PAGES = HERE / "pages"
STATIC = HERE.parents[2] / "static"
VOTING = STATIC / "urna" / "urna.js"
CHALLENGE = STATIC / "urna" / "comprobar.js"
TRUSTEES = STATIC / "verificador" / "custodios.html"
REGISTRAR = STATIC / "verificador" / "registrador.html"
# Each after the modules that it imports.
SHARED = ("canonical", "groups", "proofs", "credentials", "election", "ballot")
OF_BOTH_PAGES = (*SHARED, "checks", "trustees", "paper", "signatures", "documents")
OF_CHALLENGE = (*SHARED, "checks", "challenge")
OF_TRUSTEES = (
    *(*OF_BOTH_PAGES, "threshold", "archive", "opening_proofs", "tally", "verifier"),
    *("pages/page", "pages/keys", "pages/signing"),
    *("pages/ceremony", "pages/opening", "pages/start"),
)
OF_REGISTRAR = (
    *(*OF_BOTH_PAGES, "codes"),
    *("pages/page", "pages/keys", "pages/signing", "pages/cards", "pages/voiding", "pages/start"),
)
VOTING_EXPORTS = (
    "readElection, vector, BLANK, readCode, secretOf, makeBallot, challengeRecord, generator"
)
CHALLENGE_EXPORTS = "readElection, openChallenge, fingerprint, BLANK"
IMPORT = re.compile(r'^import \{[^}]*\} from "\.{1,2}/(\w+)\.js";\n', re.MULTILINE)
EXPORT = re.compile(r"^export (?=(?:async )?(?:const|class|function))", re.MULTILINE)
NAME = re.compile(r"^(?:async )?(?:const|let|class|function\*?) (\w+)", re.MULTILINE)
# A part of a page: [[problem.html]]; or [[progress.html void]], with what begins its ids.
PART = re.compile(r"\[\[(\w+\.html)(?: (\w+))?\]\]")


def joined(names: Sequence[str]) -> str:
    """The modules as one script.

    Raises ValueError if two modules define one name or an import does not stand before its use.
    """
    parts: list[str] = []
    for position, name in enumerate(names):
        source = (HERE / f"{name}.js").read_text(encoding="utf-8")
        before = {earlier.rpartition("/")[2] for earlier in names[:position]}
        if missing := set(IMPORT.findall(source)) - before:
            raise ValueError(f"{name}.js needs {missing}, which must stand before it")
        parts.append(f"// ---- {name}.js\n\n{EXPORT.sub('', IMPORT.sub('', source)).lstrip()}")
    script = "\n".join(parts)
    defined = NAME.findall(script)
    if repeated := {name for name in defined if defined.count(name) > 1}:
        raise ValueError(f"two modules use the names {sorted(repeated)}")
    if re.search(r"^(import|export) ", script, re.MULTILINE):
        raise ValueError("write imports as import { a } from './b.js', one module a line")
    return script


def voting() -> str:
    """The script that a voting page imports to encrypt a ballot."""
    return f"{joined(SHARED)}\nexport {{ {VOTING_EXPORTS} }};\n"


def challenge() -> str:
    """The script by which a second device opens a ballot that the first one encrypted."""
    return f"{joined(OF_CHALLENGE)}\nexport {{ {CHALLENGE_EXPORTS} }};\n"


def trustees() -> str:
    """The trustees' page; its Content-Security-Policy forbids every request."""
    return page("custodios.html", OF_TRUSTEES)


def registrar() -> str:
    """The registrar's page; its Content-Security-Policy forbids every request."""
    return page("registrador.html", OF_REGISTRAR)


def page(name: str, modules: Sequence[str]) -> str:
    """A page with its parts, its style and these modules inside."""
    text = _part(name, "")
    style = (PAGES / "page.css").read_text(encoding="utf-8")
    script = f'"use strict";\n{joined(modules)}'
    if "</script" in script or "</style" in style:
        raise ValueError("this text would end its own element")
    policy = f"default-src 'none'; script-src {_hash(script)}; style-src {_hash(style)}; "
    policy += "base-uri 'none'; form-action 'none'"
    for place, content in (("POLICY", policy), ("STYLE", style), ("SCRIPT", script)):
        text = text.replace(f"[[{place}]]", content)
    return text


def _part(name: str, ident: str) -> str:
    """A part of a page with the parts that it names; `ident` begins its ids."""
    text = (PAGES / name).read_text(encoding="utf-8").replace("[[ID]]", ident)
    return PART.sub(lambda named: _part(named[1], named[2] or "").rstrip("\n"), text)


def _hash(text: str) -> str:
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return f"'sha256-{digest}'"


def main() -> None:
    built = {VOTING: voting, CHALLENGE: challenge, TRUSTEES: trustees, REGISTRAR: registrar}
    for target, text in ((target, build()) for target, build in built.items()):
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
