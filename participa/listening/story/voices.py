"""The listening posts of the story of a demonstration, and what people say there. All invented."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from participa.cases.models import CaseKind
from participa.listening.models import FULL_NAME, PostKind, Way


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldPost:
    """A planned post. Of 2024 it opens on a day, of this year so many days before today.

    Negative days are still to come; without either it is planned and does not open.
    """

    name: str
    territory: str = ""
    place: str = ""
    hours: str = "Lunes a viernes, de 8 a. m. a 4 p. m."
    opens: tuple[int, int] | None = None  # month, day
    open_days: int | None = None
    kind: PostKind = PostKind.PHYSICAL

    @property
    def title(self) -> str:
        return f"{FULL_NAME} {self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldStep:
    """What the staff do, so many days after it came in; `verb` is one of `example.ACTS`."""

    days: float
    verb: str
    words: str = ""
    office: str = ""
    kind: CaseKind = CaseKind.GENERAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """What somebody says at a post: so many days after it opened, or before today."""

    post: str
    days: float
    text: str
    topic: str = ""
    territory: str = ""
    wants_answer: bool = True
    person: tuple[str, str] = ("", "")  # a name and a telephone; nobody's
    way: Way = Way.WEB
    photos: int = 0
    has_voice: bool = False
    is_corruption: bool = False
    steps: Sequence[ToldStep] = field(default=())


def answered(days: float, words: str, published: float | None = None) -> tuple[ToldStep, ...]:
    """It is read soon, and answered after so many days; perhaps published after some more."""
    steps = (
        ToldStep(days=0.9, verb="review"),
        ToldStep(days=days, verb="answer", words=words),
    )
    if published is None:
        return steps
    return (*steps, ToldStep(days=published, verb="publish", words=words))


POSTS_OF_2024 = (
    ToldPost(
        name="de Popular",
        territory="01",
        place="Casa de gobierno de Popular, primer piso",
        opens=(9, 2),
    ),
    ToldPost(
        name="de Aranjuez",
        territory="04",
        place="Casa de gobierno de Aranjuez, primer piso",
        opens=(9, 2),
    ),
    ToldPost(
        name="de Robledo",
        territory="07",
        place="Parque biblioteca, salón 2",
        opens=(9, 16),
    ),
    ToldPost(
        name="del centro",
        territory="10",
        place="Plaza de la Libertad, taquilla 14",
        opens=(10, 7),
    ),
    ToldPost(name="en línea", kind=PostKind.VIRTUAL, hours="Todos los días", opens=(10, 7)),
    ToldPost(
        name="de Santa Elena",
        territory="90",
        place="Casa de gobierno de Santa Elena",
        opens=(10, 21),
    ),
    ToldPost(name="de Palmitas", territory="50", place="Casa de gobierno de Palmitas"),
)
VOICES_OF_2024 = (
    Voice(
        post="de Popular",
        days=3,
        text="El muro de la escalera de la carrera 42 está inclinado. ¿Quién lo revisa?",
        topic="Obras y espacio público",
        territory="01",
        person=("Rubiela Cano Ossa", "3005550111"),
        photos=1,
        steps=answered(
            12,
            "Un ingeniero visitó el muro el 12 de septiembre. La obra para reforzarlo empieza en "
            "noviembre y dura dos meses.",
            15,
        ),
    ),
    Voice(
        post="de Popular",
        days=8,
        text="Los buses de la tarde pasan llenos y no paran en La Isla.",
        topic="Movilidad y transporte",
        territory="01",
        way=Way.DESK,
        steps=(
            ToldStep(days=0.9, verb="review"),
            ToldStep(
                days=3,
                verb="transfer",
                words="El transporte público lo responde la Secretaría de Movilidad.",
                office="sec-movilidad",
            ),
            ToldStep(
                days=16,
                verb="answer",
                words="La ruta tiene desde octubre dos buses más entre las 5 y las 7 de la noche.",
            ),
        ),
    ),
    Voice(
        post="de Popular",
        days=20,
        text="Muy bueno el comedor del barrio. Que siga.",
        topic="Seguridad alimentaria",
        territory="01",
        wants_answer=False,
        way=Way.STREET,
        steps=(ToldStep(days=2, verb="close", words="Se le contó al equipo del comedor."),),
    ),
    Voice(
        post="de Aranjuez",
        days=2,
        text="¿Cuándo arreglan los juegos del parque? Llevan un año con la malla rota.",
        topic="Obras y espacio público",
        territory="04",
        steps=answered(
            14,
            "Los juegos se cambian en la segunda semana de octubre. El parque cierra tres días.",
            18,
        ),
    ),
    Voice(
        post="de Aranjuez",
        days=30,
        text="Pedí copia del contrato de la cancha hace un mes y nadie me la da.",
        topic="Uso de los recursos públicos y contratación",
        territory="04",
        person=("Darío Múnera Gil", "3005550112"),
        steps=(
            ToldStep(days=1, verb="review"),
            ToldStep(days=2, verb="classify", kind=CaseKind.INFORMATION),
            # Ten working days were over a week before: this one is late.
            ToldStep(
                days=24,
                verb="answer",
                words="Le pedimos disculpas por la demora. El contrato está en la página de "
                "contratación pública y le entregamos la copia en la sede.",
            ),
            ToldStep(days=27, verb="close", words="La persona recibió la copia."),
        ),
    ),
    Voice(
        post="de Robledo",
        days=4,
        text="La quebrada La Malpaso se rebosa cada vez que llueve. ¿Qué van a hacer?",
        topic="Quebradas y gestión del riesgo",
        territory="07",
        photos=1,
        steps=(
            ToldStep(days=1, verb="review"),
            ToldStep(days=2, verb="transfer", words="Es su competencia.", office="dagrd"),
            ToldStep(
                days=17,
                verb="extend",
                words="Falta el estudio de la quebrada, que llega en octubre.",
            ),
            ToldStep(
                days=32,
                verb="answer",
                words="El estudio recomienda ampliar el paso de la calle 65. La obra quedó en el "
                "presupuesto del próximo año; mientras tanto la limpiamos cada mes.",
            ),
            ToldStep(
                days=35,
                verb="publish",
                words="El estudio recomienda ampliar el paso de la calle 65. La obra quedó en el "
                "presupuesto del próximo año; mientras tanto la limpiamos cada mes.",
            ),
        ),
    ),
    Voice(
        post="del centro",
        days=5,
        text="Los andenes de la avenida no sirven para una silla de ruedas.",
        topic="Discapacidad",
        territory="10",
        way=Way.DESK,
        steps=answered(
            13, "La primera cuadra se arregla en diciembre. Las demás entran en 2025.", 16
        ),
    ),
    Voice(
        post="en línea",
        days=6,
        text="¿Por qué el informe de gestión no dice cuánto costó cada obra?",
        topic="Uso de los recursos públicos y contratación",
        has_voice=True,
        steps=(
            *answered(
                11, "Tiene razón. Desde noviembre el informe trae el valor de cada contrato.", 14
            ),
            ToldStep(days=40, verb="outcome", words="El informe trae lo que costó cada obra."),
        ),
    ),
    Voice(
        post="en línea",
        days=15,
        text="Me gustaría que los eventos fueran un sábado: entre semana trabajo.",
        topic="Participación y presupuesto participativo",
        wants_answer=False,
        steps=(
            ToldStep(days=3, verb="review"),
            ToldStep(days=4, verb="close", words="Dos de los seis eventos pasaron a sábado."),
        ),
    ),
)

POSTS_OF_THIS_YEAR = (
    ToldPost(
        name="de Popular",
        territory="01",
        place="Casa de gobierno de Popular, primer piso",
        open_days=70,
    ),
    ToldPost(
        name="de Robledo",
        territory="07",
        place="Parque biblioteca, salón 2",
        open_days=60,
    ),
    ToldPost(name="en línea", kind=PostKind.VIRTUAL, hours="Todos los días", open_days=60),
    ToldPost(
        name="de San Antonio de Prado",
        territory="80",
        place="Casa de gobierno, segundo piso, con ascensor",
        open_days=50,
    ),
    ToldPost(
        name="de Belén",
        territory="16",
        place="Biblioteca de Belén, sala de reuniones",
        open_days=-8,
    ),
    ToldPost(name="de Palmitas", territory="50"),
)
VOICES_OF_THIS_YEAR = (
    Voice(
        post="de Popular",
        days=40,
        text="Faltan canecas en el parque infantil y la basura queda en el piso.",
        topic="Basuras y reciclaje",
        territory="01",
        photos=2,
        steps=answered(
            9, "La empresa de aseo pone seis canecas este mes y recoge tres veces por semana.", 12
        ),
    ),
    Voice(
        post="de Popular",
        days=12,
        text="La luz de la cancha se apaga a las siete y los muchachos se quedan sin dónde jugar.",
        topic="Servicios públicos",
        territory="01",
        person=("Yesenia Rendón Mesa", "3005550113"),
        way=Way.DESK,
        steps=answered(6, "Desde el lunes la luz queda hasta las nueve de la noche."),
    ),
    Voice(
        post="de Robledo",
        days=26,
        text="El paso peatonal de la 80 no tiene semáforo y hay un colegio al frente.",
        topic="Movilidad y transporte",
        territory="07",
        steps=(
            ToldStep(days=1, verb="review"),
            ToldStep(
                days=12,
                verb="answer",
                words="Hicimos el conteo de vehículos: el semáforo se justifica y queda en la "
                "próxima compra. Mientras tanto hay agentes a la entrada y a la salida.",
            ),
        ),
    ),
    Voice(
        post="de San Antonio de Prado",
        days=42,
        text="La carretera a la vereda La Florida está destapada desde el invierno. ¿Cuándo?",
        topic="Ruralidad y corregimientos",
        territory="80",
        person=("Gildardo Ruiz Tabares", "3005550114"),
        steps=(ToldStep(days=2, verb="review"),),
    ),
    Voice(
        post="en línea",
        days=19,
        text="¿En qué se gastó lo que el presupuesto participativo dejó para las bibliotecas?",
        topic="Participación y presupuesto participativo",
        steps=(
            ToldStep(days=1, verb="review"),
            ToldStep(days=6, verb="note", words="Falta el cuadro de la Biblioteca Piloto."),
        ),
    ),
    Voice(
        post="en línea",
        days=9,
        text="El centro de salud no contesta el teléfono para pedir cita.",
        topic="Salud y salud mental",
        territory="16",
        steps=(
            ToldStep(days=1, verb="review"),
            ToldStep(
                days=2,
                verb="transfer",
                words="Las citas las responde la Secretaría de Salud.",
                office="sec-salud",
            ),
        ),
    ),
    Voice(
        post="en línea",
        days=7,
        text="Un funcionario pide plata para aprobar la licencia de construcción.",
        topic="Uso de los recursos públicos y contratación",
        is_corruption=True,
    ),
    Voice(
        post="en línea",
        days=3,
        text="Hace meses estoy muy mal y ya no veo salida.",
        wants_answer=False,
        steps=(ToldStep(days=0.1, verb="life_risk"),),
    ),
    Voice(
        post="en línea",
        days=2,
        text="No pude oír bien la audiencia por internet. Grabé lo que se oía.",
        topic="Gobierno digital",
        wants_answer=False,
        has_voice=True,
    ),
    Voice(
        post="de Popular",
        days=1,
        text="¿Va a haber escuchadero en diciembre?",
        topic="Participación y presupuesto participativo",
        territory="01",
    ),
    Voice(
        post="en línea",
        days=0.08,
        text="Gracias por arreglar el puente de la 65. ¿Le van a poner barandas?",
        topic="Obras y espacio público",
        territory="07",
        photos=1,
    ),
)
# Topic, territory → the office that answers; "" for any.
ROUTES = (
    ("Movilidad y transporte", "", "sec-movilidad"),
    ("Quebradas y gestión del riesgo", "", "dagrd"),
    ("", "80", "ger-corregimientos"),
)
