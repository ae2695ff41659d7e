"""The unbundled modules of `browser/` in a page, under the Content-Security-Policy of the site."""

import base64
import json
from urllib.parse import urlsplit

from participa.belenios.bundles import browser_files
from participa.core.web.security import POLICY

SITE = "https://urna.prueba"
EMPTY = '<!doctype html><html lang="es"><title>Prueba</title>'
FROM_BASE64 = "const bytes = (text) => Uint8Array.from(atob(text), (byte) => byte.charCodeAt(0));"
# Returns the result or the error as JSON; a bigint becomes a string.
ASKED = """async ([modules, given]) => {
  %s
  const plain = (name, value) => typeof value === "bigint" ? String(value) : value;
  const all = Object.assign({}, ...(await Promise.all(modules.map((name) => import(name)))));
  try {
    return JSON.stringify({ result: await (%s)(all, given) }, plain);
  } catch (problem) {
    return JSON.stringify({ refused: problem.message, kind: problem.constructor.name });
  }
}"""


class Modules:
    """A page with nothing but the modules, and without network."""

    def __init__(self, browser):
        self.context = browser.new_context()
        self.faults: list[str] = []
        self.context.on("weberror", lambda error: self.faults.append(str(error.error)))
        self.context.route("**/*", serve)
        self.page = self.context.new_page()
        self.page.goto(f"{SITE}/")

    def ask(self, function: str, given=None, *, of=("verifier", "paper", "credentials")):
        """Call `function(modules, given)`.

        Returns {"result": value}, or {"refused": message, "kind": name of the error's class}.
        """
        names = [f"/{name}.js" for name in of]
        answer = self.page.evaluate(ASKED % (FROM_BASE64, function), [names, given])
        return json.loads(answer)


def serve(route):
    path = urlsplit(route.request.url).path
    headers = {"Content-Security-Policy": POLICY}
    if path == "/":
        route.fulfill(body=EMPTY, content_type="text/html", headers=headers)
        return
    folder = browser_files.VOTING.parent if path == "/urna.js" else browser_files.HERE
    body = (folder / path[1:]).read_text(encoding="utf-8")
    route.fulfill(body=body, content_type="text/javascript", headers=headers)


def packed(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
