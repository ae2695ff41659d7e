"""Start a command from a bare Python: create the virtual environment if needed, then run in it.

Only the standard library is imported here, since nothing else is installed before the first run.
The environment is `.venv` beside pyproject.toml. A stamp file in it holds the hash of the lock file
that was installed, so a later start only compares two hashes. An active environment that already
has the dependencies (pip install -e, uv run) is used as it is.
"""

import hashlib
import importlib.util
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path
from typing import NoReturn, TextIO

ROOT = Path(__file__).resolve().parents[1]
LOCKS = {"runtime": ROOT / "requirements.lock", "dev": ROOT / "requirements-dev.lock"}
FAILED = 1
MISUSED = 2
# Options of `test --fast`: no browsers, measurements, killed servers, crawls or second database.
FAST = (
    "-m",
    "not slow",
    "--ignore=tests/journeys",
    "--ignore=tests/bench",
    "--ignore-glob=*/test_durability.py",
)

# The help of each command, printed before an environment exists that could provide it.
COMMANDS = {
    "demo": "muestra todo con datos de ejemplo en http://127.0.0.1:8000",
    "test": "prueba todo; con --fast, lo que tarda poco; lo demás se le pasa a pytest",
    "serve": "atiende al público con la configuración PARTICIPA_*",
    "migrate": "prepara o actualiza la base de datos",
    "create-admin": "crea una cuenta de administración",
    "import-plan": "lee un plan de mejoramiento de un archivo",
    "backup": "guarda una copia de todo mientras se sigue atendiendo",
    "restore": "vuelve a poner una copia guardada",
    "verify-log": "comprueba que nadie alteró el registro de actos",
    "verify-bel": "revisa el archivo .bel de una urna",
    "urna": "hace códigos y llaves de una urna, sin red",
    "purge": "borra lo que ya cumplió su tiempo de conservación",
    "rotate-personal-keys": "cifra los datos personales con una llave nueva",
    "jobs": "hace los trabajos largos que esperan",
}
HINT = "Para los detalles de uno: python3 -m participa COMANDO --help"
NO_VENV = (
    "Falta una parte de Python. Instálela con: sudo apt install python3-venv y repita el comando."
)
AWAY = (
    "No pude descargar las partes de participa. Revise la conexión a internet y repita el comando."
)
UNREACHABLE = re.compile("connection|network|resol|timed out|proxy|no matching", re.IGNORECASE)
REQUIREMENT = re.compile(r"([\w.-]+)(?:\[([^\]]+)\])?")


class Unprepared(Exception):
    """The environment cannot be created; the message says in Spanish what is missing."""


def main(arguments: list[str] | None = None) -> NoReturn:
    arguments = sys.argv[1:] if arguments is None else arguments
    command = arguments[0] if arguments else ""
    if command not in COMMANDS:
        if command in {"", "help", "-h", "--help"}:
            print_message(usage(), sys.stdout)
            sys.exit(0)
        print_message(f"No existe el comando «{command}».\n\n{usage()}")
        sys.exit(MISUSED)
    try:
        prepare("dev" if command == "test" else "runtime", arguments)
    except Unprepared as problem:
        print_message(str(problem))
        sys.exit(FAILED)
    if command == "test":
        test(arguments[1:])
    run()


def usage() -> str:
    width = max(map(len, COMMANDS))
    lines = [f"  {name:{width}}  {summary}" for name, summary in COMMANDS.items()]
    return "\n".join(["Uso: python3 -m participa COMANDO [opciones]", "", *lines, "", HINT])


def run() -> NoReturn:
    """Run the command; its imports are installed now."""
    from participa.app import cli  # noqa: PLC0415 - not before the environment exists

    cli(prog_name="python3 -m participa")
    sys.exit(0)


def test(arguments: list[str]) -> NoReturn:
    """Replace this process by pytest; without arguments, the whole suite in several processes.

    `--fast` leaves out browsers, crawls, killed servers and PostgreSQL. The many processes read
    what the first of them compiled, also where the environment forbids to store it.
    """
    left_out = FAST if "--fast" in arguments else ()
    others = [word for word in arguments if word != "--fast"]
    os.chdir(ROOT)
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    become([sys.executable, "-m", "pytest", *left_out, *(others or ["-q", *spread(left_out)])])


def spread(left_out: Sequence[str]) -> list[str]:
    """Options of pytest-xdist: a process for each processor, and one more where browsers wait."""
    processors = min(os.cpu_count() or 1, 4)
    if processors == 1:
        return []
    processes = processors if left_out else processors + 1
    return ["-n", str(processes), "--dist", "loadfile", "--no-loadscope-reorder"]


def prepare(needed: str, arguments: list[str]) -> None:
    """Return if this interpreter has the dependencies; otherwise install them and re-execute."""
    if not (ROOT / "pyproject.toml").exists():  # installed as a package, with its dependencies
        return
    home = ROOT / ".venv"
    inside = Path(sys.prefix).resolve() == home.resolve()
    lock = LOCKS[needed]
    if inside and stamp(lock).exists():
        if stamp(lock).read_text() == fingerprint(lock):
            return
    elif has_everything(needed):
        return
    if inside:
        install(lock)
    else:
        create(home)
    become([str(home / "bin" / "python"), "-m", "participa", *arguments])


def become(command: list[str]) -> NoReturn:
    sys.stdout.flush()
    sys.stderr.flush()
    os.execv(command[0], command)  # noqa: S606 - our own interpreter


def create(home: Path) -> None:
    """Create the environment if it does not exist."""
    if Path(sys.executable).parent == home / "bin":  # its Python, and yet not inside it
        raise Unprepared(f"El entorno {home} está dañado. Bórrelo y repita el comando.")
    if (home / "bin" / "python").exists():
        return
    if importlib.util.find_spec("ensurepip") is None:
        raise Unprepared(NO_VENV)
    print_message(f"Preparo el entorno en {home} (solo la primera vez)…")
    made = call("venv", "--clear", str(home))
    if made.returncode:
        raise Unprepared(f"No pude crear el entorno en {home}.\n{last_lines(made)}")


def install(lock: Path) -> None:
    """Install the locked versions into this environment; pip checks their hashes."""
    print_message("Instalo las partes que faltan; tarda cerca de un minuto…")
    if importlib.util.find_spec("pip") is None and call("ensurepip").returncode:
        raise Unprepared(NO_VENV)
    done = call("pip", "install", "--quiet", "--require-hashes", "--requirement", str(lock))
    if done.returncode:
        reason = AWAY if UNREACHABLE.search(done.stderr) else "No pude instalar las partes."
        raise Unprepared(f"{reason}\n{last_lines(done)}")
    for satisfied in {LOCKS["runtime"], lock}:  # the developers' lock holds all of the other one
        stamp(satisfied).write_text(fingerprint(satisfied))


def call(module: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-m", module, *arguments],
        env=os.environ | {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


def has_everything(needed: str) -> bool:
    """Whether this interpreter can import every direct requirement."""
    return all(is_installed(name) for name in requirements(needed))


def requirements(extra: str) -> list[str]:
    """Names of the direct requirements, those of the extra and of the extras it refers to."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    optional = project["optional-dependencies"]
    lines = [*project["dependencies"], *optional.get(extra, ())]
    names = []
    for line in lines:  # grows while it is read
        name, extras = REQUIREMENT.findall(line)[0]
        if name == "participa":
            lines += [other for named in extras.split(",") for other in optional[named.strip()]]
        else:
            names.append(name)
    return names


def is_installed(name: str) -> bool:
    try:
        metadata.distribution(name)
    except metadata.PackageNotFoundError:
        return False
    return True


def stamp(lock: Path) -> Path:
    return ROOT / ".venv" / f"{lock.name}.sha256"


def fingerprint(lock: Path) -> str:
    """Hash of the lock file and version of the Python that it was installed for."""
    major, minor = sys.version_info[:2]
    return f"{hashlib.sha256(lock.read_bytes()).hexdigest()} {major}.{minor}"


def last_lines(process: subprocess.CompletedProcess) -> str:
    return "\n".join((process.stderr or process.stdout).strip().splitlines()[-4:])


def print_message(sentence: str, to: TextIO = sys.stderr) -> None:
    print(sentence, file=to, flush=True)
