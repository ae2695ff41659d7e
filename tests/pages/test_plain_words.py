"""Sentences that first readers did not understand do not come back."""

import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.one_engine

ROOT = Path(__file__).parents[2]
# What was written: how it is said now.
PLAIN = {
    r"Llevamos \$": "Ya eligió 3. Para cambiar, quite la marca de uno.",
    r"no de a una": "Se actualizan cada varias respuestas.",
    r"sin plazo en el archivo|quedan sin plazo": "La ciudad guarda su respuesta para siempre",
    r"[Pp]or duelos|los duelos": "Puesto al comparar de dos en dos",
    r"dos cuentas": "Dos formas de contar",
    r"dijeron de sí": "Cómo son quienes respondieron",
    r"[Tt]erritorios oídos": "Comunas y corregimientos que respondieron",
    r"Votaron \{": "Se votó con 9 códigos.",
    r"Sin decir\"|Decir cuántas": "Sin registrar / Registrar cuántas se entregaron",
    r"delata a la gente": "Con menos se podría saber cómo votó cada persona.",
    r"después de una raya": "después de una barra ( | )",
    r"incomparables": "ya no se podrían comparar",
    r"Usará el resultado": "El resultado lo usará la Secretaría de Cultura",
    r"ayuda del servidor|Ese servidor": "Votar sin JavaScript. El computador de la Alcaldía verá…",
    r"robe una copia": "Tampoco quien robe los datos, si no tiene la llave.",
    r"Nada lleva de|nada lleva de": "Con esos datos no se llega a su papeleta.",
    r"mitad(es)? públicas?": "la parte pública de los códigos",
    r"Se cuentan: aún|frente a la meta": "Los que cumplen, comparados con la meta.",
    r"no abre nada": "No encontramos ese código",
    r"\"han (respondido|firmado)\"": "66 personas han respondido",
    r"\"Proponer temas\"": "Elegir los temas",
    r"título o acción": "cambiar el título y 2 tareas",
    r"Necesita entrar": "Su sesión se cerró por 30 minutos sin uso. Entre otra vez",
    r"\b[Cc]omprobantes?\b(?!/)": "radicado, for what a person keeps",
}
CODE = re.compile(r"\"/[^\"]*/comprobante/|\[\"comprobante\"|/comprobante/")


def written() -> list[tuple[str, str]]:
    files = [
        *ROOT.glob("templates/**/*.html"),
        *ROOT.glob("participa/**/*.py"),
        *ROOT.glob("static/js/*.js"),
    ]
    return [(str(file.relative_to(ROOT)), CODE.sub("", file.read_text())) for file in files]


@pytest.mark.parametrize("old", PLAIN)
def test_a_riddle_does_not_come_back(old):
    found = [name for name, text in written() if re.search(old, text)]
    assert not found, f"say it so: {PLAIN[old]}"


def test_who_sent_an_opinion_is_not_asked_to_register_others():
    for name in ("topics", "surveys", "ballots"):
        page = (ROOT / f"templates/{name}/receipt.html").read_text()
        assert "Responder otra persona" in page
        assert "Registrar a otra persona" not in page


@pytest.mark.parametrize("room", ["topics", "surveys", "listening"])
def test_a_form_for_opinions_speaks_of_no_votes_and_ballot_papers(room):
    for file in ROOT.glob(f"templates/{room}/*.html"):
        text = re.sub(r"\{[#%].*?[#%]\}|url_for\([^)]*\)", "", file.read_text(), flags=re.DOTALL)
        assert not re.search(r"\b([Vv]ot[oaeó]|[Vv]otar|[Pp]apeleta|[Uu]rna)", text), file.name
