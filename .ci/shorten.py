"""Write static/min: what a phone loads with citizens' forms, without comments and with short names.

Needs the developers' set. With --check nothing is written: the status is 1 if anything would be.
"""

import sys
from pathlib import Path

import minify

STATIC = Path(__file__).resolve().parents[1] / "static"
MADE = STATIC / "min"
KINDS = {".css": "text/css", ".js": "application/javascript"}
FILES = (
    "css/attendance.css",
    "css/form.css",
    "css/listening.css",
    "css/pages.css",
    "css/surveys.css",
    "js/attendance.js",
    "js/attendance_offline.js",
    "js/form-steps.js",
    "js/listening.js",
    "js/survey.js",
)


def main(arguments: list[str]) -> int:
    made = {name: minified(STATIC / name) for name in FILES}
    there = {
        path.relative_to(MADE).as_posix(): path.read_text()
        for path in MADE.rglob("*")
        if path.is_file()
    }
    if arguments == ["--check"]:
        return int(made != there)
    for name in there.keys() - made.keys():
        (MADE / name).unlink()
    for name, text in made.items():
        (MADE / name).parent.mkdir(parents=True, exist_ok=True)
        (MADE / name).write_text(text)
    return 0


def minified(path: Path) -> str:
    return minify.string(KINDS[path.suffix], path.read_text()) + "\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
