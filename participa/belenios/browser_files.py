"""The cryptography of the browser: its modules, joined into the two files that people get.

The modules of `browser/` import one another by name. The web site serves each file at an address
that carries the hash of its content, where such a name leads nowhere; a page on a laptop's disk
cannot import at all. So they are joined: text after text, without their import lines.
`python3 -m participa.belenios.browser_files` writes both files where the web site offers them.
"""

import base64
import hashlib
import re
from collections.abc import Sequence
from pathlib import Path

HERE = Path(__file__).resolve().parent / "browser"
STATIC = HERE.parents[2] / "static"
VOTING = STATIC / "urna" / "urna.js"
TRUSTEES = STATIC / "verificador" / "custodios.html"
# In the order in which they need one another.
SHARED = ("canonical", "groups", "proofs", "credentials", "election", "ballot")
OF_TRUSTEES = (*SHARED, "checks", "trustees", "archive", "tally", "verifier", "paper", "custodios")
OFFERED = "readElection, vector, BLANK, readCode, secretOf, makeBallot"
IMPORT = re.compile(r'^import \{[^}]*\} from "\./(\w+)\.js";\n', re.MULTILINE)
EXPORT = re.compile(r"^export (?=(?:async )?(?:const|class|function))", re.MULTILINE)
NAME = re.compile(r"^(?:async )?(?:const|let|class|function\*?) (\w+)", re.MULTILINE)


def joined(names: Sequence[str]) -> str:
    """One text in one scope; no two modules may use a name for different things."""
    parts: list[str] = []
    for place, name in enumerate(names):
        source = (HERE / f"{name}.js").read_text(encoding="utf-8")
        if missing := set(IMPORT.findall(source)) - set(names[:place]):
            raise ValueError(f"{name}.js needs {missing}, which must stand before it")
        parts.append(f"// ---- {name}.js\n\n{EXPORT.sub('', IMPORT.sub('', source)).lstrip()}")
    whole = "\n".join(parts)
    found = NAME.findall(whole)
    if repeated := {name for name in found if found.count(name) > 1}:
        raise ValueError(f"two modules use the names {sorted(repeated)}")
    if re.search(r"^(import|export) ", whole, re.MULTILINE):
        raise ValueError("write imports as import { a } from './b.js', one module a line")
    return whole


def voting() -> str:
    """What the page of a box imports to make a ballot."""
    return f"{joined(SHARED)}\nexport {{ {OFFERED} }};\n"


def trustees() -> str:
    """The page of the trustees, which asks nothing of anybody: its own policy forbids it."""
    page = (HERE / "custodios.html").read_text(encoding="utf-8")
    style = (HERE / "custodios.css").read_text(encoding="utf-8")
    script = f'"use strict";\n{joined(OF_TRUSTEES)}'
    if "</script" in script or "</style" in style:
        raise ValueError("this text would end its own element")
    policy = f"default-src 'none'; script-src {_hash(script)}; style-src {_hash(style)}; "
    policy += "base-uri 'none'; form-action 'none'"
    for place, text in (("POLICY", policy), ("STYLE", style), ("SCRIPT", script)):
        page = page.replace(f"[[{place}]]", text)
    return page


def _hash(text: str) -> str:
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return f"'sha256-{digest}'"


def main() -> None:
    for place, text in ((VOTING, voting()), (TRUSTEES, trustees())):
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
