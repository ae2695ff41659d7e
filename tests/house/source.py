"""The source of the house, read as text and as trees, for the tests that watch over its shape."""

import ast
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "templates"


@dataclass(frozen=True)
class Module:
    """One Python file of participa: its dotted name, its package and its room in it."""

    path: Path
    name: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.path.read_text(encoding="utf-8"))

    @property
    def package(self) -> str:
        return self.name.split(".")[1] if self.name.count(".") else ""

    @property
    def inner(self) -> tuple[str, ...]:
        """Where it lies in its package: folders, and its own name last."""
        return tuple(self.name.split(".")[2:])

    @property
    def stem(self) -> str:
        return self.inner[-1] if self.inner else ""

    @property
    def where(self) -> str:
        return self.path.relative_to(ROOT).as_posix()

    @property
    def is_view(self) -> bool:
        """Its name ends in "views": staff_views stand behind a guard, the others are public."""
        return self.stem.endswith("views")

    def imports(self) -> list[tuple[str, int]]:
        """Each name of participa that is imported anywhere in the file, with its line."""
        found = []
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                found += [(alias.name, node.lineno) for alias in node.names]
            if isinstance(node, ast.ImportFrom):
                found += [(f"{node.module}.{alias.name}", node.lineno) for alias in node.names]
        return [(name, line) for name, line in found if name.startswith("participa.")]

    def strings(self) -> list[tuple[str, int]]:
        """Each text of the code with its line; docstrings are not among them."""
        docstrings = {
            id(node.body[0].value)
            for node in ast.walk(self.tree)
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
            and node.body
            and isinstance(node.body[0], ast.Expr)
        }
        return [
            (node.value, node.lineno)
            for node in ast.walk(self.tree)
            if isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in docstrings
        ]


@cache
def modules() -> tuple[Module, ...]:
    found = []
    for path in sorted((ROOT / "participa").rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        found.append(Module(path, name))
    return tuple(found)


def templates() -> list[Path]:
    return sorted(TEMPLATES.rglob("*.html"))


def lines_of(path: Path) -> list[tuple[int, str]]:
    return list(enumerate(path.read_text(encoding="utf-8").splitlines(), start=1))
