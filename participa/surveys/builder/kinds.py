"""The types of question as the builder offers them: the word in the address, and its use."""

from dataclasses import dataclass

from participa.surveys.questionnaire.questions import QuestionType


@dataclass(frozen=True, slots=True)
class KindCard:
    """A type of question on the page where one is chosen."""

    slug: str
    type: QuestionType
    about: str

    @property
    def label(self) -> str:
        return self.type.label


KINDS = (
    KindCard("una-opcion", QuestionType.ONE, "Se marca una sola: sí o no, una de varias."),
    KindCard("varias-opciones", QuestionType.SEVERAL, "Se marcan todas las que apliquen."),
    KindCard("escala", QuestionType.SCALE, "Un número de 1 a 5, de 0 a 10, o cinco caras."),
    KindCard("tabla", QuestionType.MATRIX, "Varias afirmaciones con las mismas opciones."),
    KindCard("orden", QuestionType.ORDER, "Poner opciones en orden, de la primera en adelante."),
    KindCard("texto-corto", QuestionType.SHORT, "Una palabra o una línea."),
    KindCard("texto-largo", QuestionType.LONG, "Un comentario, con sus propias palabras."),
    KindCard("numero", QuestionType.NUMBER, "Una cantidad, con mínimo, máximo y unidad."),
    KindCard("fecha", QuestionType.DATE, "Un día del calendario."),
    KindCard("territorio", QuestionType.TERRITORY, "La comuna o el corregimiento, y el barrio."),
    KindCard("archivo", QuestionType.FILE, "Una foto o un documento."),
    KindCard("texto", QuestionType.STATEMENT, "Una explicación entre preguntas. No se responde."),
)
BY_SLUG = {kind.slug: kind for kind in KINDS}
SLUGS = ", ".join(f"'{slug}'" for slug in BY_SLUG)  # of the address
