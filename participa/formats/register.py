"""The public register of formats: its lines, its denominators, and the same as a table."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for

from participa.core import clock, links, spanish
from participa.core.tables.cells import Column, Table
from participa.formats import lint
from participa.formats.models import FormatTwin, OfficialFormat, VersionState

COLUMNS = (
    Column("reference", "Código", "Código del formato en el sistema de calidad"),
    Column("name", "Formato", "Nombre del formato"),
    Column("process", "Proceso", "Proceso al que pertenece"),
    Column("office", "Dependencia", "Dependencia dueña del formato"),
    Column("state", "Estado", "Borrador, En revisión, Aprobado u Obsoleto"),
    Column("number", "Versión", "Número de la versión aprobada"),
    Column("valid_from", "Vigente desde", "Día desde el que rige la versión aprobada", "date"),
    Column("isolucion", "Isolución", "Referencia de la versión aprobada en Isolución"),
    Column("needs_variables", "Lleva variables", "Si debe preguntar variables", "yes_no"),
    Column("needs_variables_reason", "Por qué no lleva", "Por qué no lleva variables"),
    Column("blocks", "Variables que lleva", "Familias de variables que tiene hoy"),
    Column("qr", "Código QR", "Si le aplica el código QR"),
    Column("qr_reason", "Motivo", "Por qué le aplica o no"),
    Column("twin", "Formulario digital", "Dirección del formulario digital"),
)


@dataclass(frozen=True, slots=True)
class Denominators:
    """How many formats apply to each question, and how many do not."""

    all: int
    with_variables: int
    without_variables: int
    with_qr: int
    without_qr: int
    undecided: int

    @property
    def sentences(self) -> list[str]:
        """The denominators in words, as the register shows them."""
        qr = f"A {formats(self.with_qr)} les aplica el código QR y a {self.without_qr} no."
        if self.with_qr == 1:
            qr = f"A 1 formato le aplica el código QR y a {self.without_qr} no."
        if self.undecided:
            waiting = spanish.several(self.undecided, "formato", "formatos")
            qr += f" Por decidir: {waiting}. Mientras tanto no se da por cumplido."
        needs = "lleva" if self.with_variables == 1 else "llevan"
        return [
            f"{formats(self.with_variables)} {needs} variables y {self.without_variables} no.",
            qr,
        ]


def formats(count: int) -> str:
    return spanish.several(count, "formato", "formatos")


def denominators(register: Sequence[OfficialFormat]) -> Denominators:
    """Counted over the formats that are not obsolete, as the indicators do."""
    living = [one for one in register if one.state is not VersionState.OBSOLETE]
    needing = sum(one.needs_variables for one in living)
    decided = [one.applies_qr for one in living]
    return Denominators(
        all=len(living),
        with_variables=needing,
        without_variables=len(living) - needing,
        with_qr=decided.count(True),
        without_qr=decided.count(False),
        undecided=decided.count(None),
    )


def qr_in_words(official: OfficialFormat) -> str:
    """Sí, No or Por decidir; with the reason stands beside it."""
    return {True: "Sí", False: "No", None: "Por decidir"}[official.applies_qr]


def variables_in_words(official: OfficialFormat) -> str:
    """What the linter and the reviewer say about the variables of a format, as a sentence."""
    if not official.needs_variables:
        return "No necesita variables."
    twins, version = official.public_twins, official.current
    if twins:
        return f"Su formulario digital: {lint.verdict(best_of(twins).variables).lower()}"
    if version is None:
        return "Se sabrá cuando tenga una versión en vigor."
    lacking = lint.undeclared(version.carried_blocks)
    if not lacking:
        return f"Su archivo lleva las variables {lint.named(lint.Family)}."
    if version.file_id is None:
        return "Todavía no tiene archivo ni formulario digital donde verlas."
    return f"A su archivo le faltan variables {lint.named(lacking)}."


def best_of(twins: Sequence[FormatTwin]) -> FormatTwin:
    """The twin that lacks the fewest families; of several, the newest."""
    return min(twins, key=lambda one: len(lint.missing(one.variables)))


def families_of(official: OfficialFormat) -> list[lint.Family]:
    """The families that a digital form asks; of a format without one, those that its file has."""
    version, twins = official.current, official.public_twins
    if twins:
        return lint.present(best_of(twins).variables)
    return lint.declared(version.carried_blocks) if version else []


def table(register: Sequence[OfficialFormat]) -> Table:
    """The register as a table; of each format the version in force."""
    note = (
        f"Registro del {spanish.day(clock.today())}. {' '.join(denominators(register).sentences)}"
    )
    rows = [_row(official) for official in register]
    return Table("formatos", "Formatos oficiales", COLUMNS, rows, note)


def _row(official: OfficialFormat) -> list[object]:
    version, twins = official.current, official.public_twins
    return [
        official.reference,
        official.name,
        official.process,
        official.office.name if official.office else "",
        official.state.value,
        version.number if version else "",
        version.valid_from_on if version else None,
        version.isolucion if version else "",
        official.needs_variables,
        official.needs_variables_reason,
        lint.named(families_of(official)),
        qr_in_words(official),
        official.applies_qr_reason,
        links.absolute(twins[0].address) if twins else "",
    ]


def filename() -> str:
    return f"formatos-{clock.today().isoformat()}"


def address_of(official: OfficialFormat) -> str:
    return links.absolute(url_for("formats.show", reference=official.reference))
