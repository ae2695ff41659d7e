"""The events of the story of a demonstration: what was said, asked and promised at each."""

from dataclasses import dataclass

from participa.events.models import EventKind
from participa.groups.models import GroupKind

HEARING = "Audiencia pública de rendición de cuentas {year}"
FAIR = "Feria de la rendición de cuentas"
REPORT = "/plan/{year}/informe.xlsx"
METHOD = (
    "Cada dependencia expone diez minutos. Después, mesas por tema y una plenaria con respuestas."
)
SUPPORT = "Rampa, intérprete de lengua de señas y un espacio para el cuidado de niños."
CHANNELS = "Radio comunitaria, redes de la Alcaldía, cartelera de las sedes y perifoneo."


@dataclass(frozen=True, slots=True)
class Promised:
    """A commitment of the story: `kept_after` days later it is kept, or never."""

    text: str
    deliverable: str
    slug: str
    days: int  # of its term, from the event on
    kept_after: int | None = None


@dataclass(frozen=True, slots=True)
class Gathering:
    """An event of the story, on its day, with what was asked and promised there."""

    title: str
    kind: EventKind
    why: str
    place: str
    day: tuple[int, int]  # month and day
    hours: tuple[int, int]
    summary: str
    people: int
    women: int
    task: str = ""
    territory: str = ""
    agenda: tuple[tuple[str, str, str], ...] = ()
    asked: tuple[tuple[str, str, str], ...] = ()  # theme, question, answer; no answer waits
    promised: tuple[Promised, ...] = ()
    meets: GroupKind | None = None


COMMITTEE_AGENDA = (
    ("09:00", "Instrumentos que se revisan", "Departamento Administrativo de Planeación"),
    ("09:40", "Observaciones del Comité", "Gobernación de Antioquia"),
    ("10:40", "Acuerdos", "Secretaría técnica"),
)
FIRST_MEETING = Gathering(
    "Primera reunión del Comité Territorial de {year}",
    EventKind.MEETING,
    "Revisar el formato de planificación y el listado de asistencia.",
    "Centro Administrativo La Alpujarra, sala de juntas de Planeación",
    (6, 20),
    (9, 11),
    "El Comité usó el formato de planificación y pidió explicar en él la metodología sin siglas.",
    9,
    5,
    task="3.5",
    agenda=COMMITTEE_AGENDA,
    promised=(
        Promised(
            "Explicar sin siglas la metodología del formato de planificación",
            "Instructivo de una página",
            "dap",
            20,
            12,
        ),
    ),
    meets=GroupKind.COMMITTEE,
)
SECOND_MEETING = Gathering(
    "Segunda reunión del Comité Territorial de {year}",
    EventKind.MEETING,
    "Revisar los resultados del primer semestre y los formatos que faltan.",
    "Gobernación de Antioquia, sala de la Secretaría de Gobierno",
    (9, 5),
    (9, 11),
    "El Comité pidió letra más grande en el listado de asistencia y una versión en lectura fácil.",
    11,
    6,
    task="3.5",
    agenda=COMMITTEE_AGENDA,
    promised=(
        Promised(
            "Poner letra de 14 puntos en el listado de asistencia",
            "Listado de asistencia con letra grande",
            "sec-gestion-humana-servicio-ciudadania",
            45,
            36,
        ),
    ),
    meets=GroupKind.COMMITTEE,
)
POPULAR = Gathering(
    "Diálogo territorial en la comuna Popular",
    EventKind.DIALOGUE,
    "Contar en el barrio qué se hizo con los recursos de la comuna, y oír qué falta.",
    "Casa de la Cultura de Popular, calle 107 # 42-24",
    (8, 10),
    (14, 17),
    "Asistió gente de doce barrios. El tema más hablado fue el alumbrado de las escalas.",
    84,
    51,
    territory="01",
    agenda=(
        ("14:00", "Qué se hizo en la comuna", "Secretaría de Infraestructura Física"),
        ("15:00", "Mesas por tema", ""),
        ("16:30", "Respuestas y compromisos", "Departamento Administrativo de Planeación"),
    ),
    asked=(
        (
            "Alumbrado",
            "¿Cuándo arreglan las lámparas de las escalas de Santo Domingo?",
            "El contrato empezó el 1 de agosto. Las 46 lámparas quedan cambiadas en octubre.",
        ),
        (
            "Alumbrado",
            "En la calle 106 hay seis postes sin luz, ¿quién responde?",
            "El contrato empezó el 1 de agosto. Las 46 lámparas quedan cambiadas en octubre.",
        ),
        (
            "Deporte",
            "¿Van a abrir la cancha los domingos?",
            "Sí. Desde septiembre la cancha abre los domingos hasta las 6 p. m.",
        ),
    ),
    promised=(
        Promised(
            "Cambiar las lámparas de las escalas de Santo Domingo",
            "46 lámparas nuevas y su acta de entrega",
            "sec-infraestructura-fisica",
            80,
            71,
        ),
    ),
)
SAN_CRISTOBAL = Gathering(
    "Diálogo territorial en San Cristóbal",
    EventKind.DIALOGUE,
    "Conversar sobre las vías rurales y el agua en las veredas.",
    "Parque Biblioteca Fernando Botero, San Cristóbal",
    (10, 5),
    (9, 12),
    "Llovió y llegó menos gente de la esperada. Se habló de la vía a La Palma y del acueducto.",
    37,
    19,
    territory="60",
    agenda=(
        ("09:00", "Vías rurales", "Secretaría de Infraestructura Física"),
        ("10:30", "Agua en las veredas", ""),
    ),
    asked=(
        (
            "Vías",
            "¿Por qué la vía a La Palma sigue sin pavimentar?",
            "El diseño se terminó en agosto. La obra se contrata a comienzos del próximo año.",
        ),
    ),
    promised=(
        Promised(
            "Publicar el cronograma de la vía a La Palma",
            "Cronograma en la página de la Secretaría",
            "sec-infraestructura-fisica",
            60,
            95,
        ),
    ),
)
MANRIQUE = Gathering(
    "Diálogo territorial en Manrique",
    EventKind.DIALOGUE,
    "Contar qué se hizo con los recursos de la comuna, y oír qué falta.",
    "Casa Museo Gardeliana, carrera 45 # 76-50",
    (1, 1),
    (14, 17),
    "",
    0,
    0,
    territory="03",
    agenda=(("14:00", "Qué se hizo en la comuna", ""), ("15:30", "Mesas por tema", "")),
)
HEARING_OF = Gathering(
    HEARING,
    EventKind.HEARING,
    "Que la Alcaldía explique qué hizo en el año y responda lo que la gente pidió.",
    "Teatro Pablo Tobón Uribe, carrera 40 # 51-24",
    (11, 30),
    (8, 12),
    "La Alcaldía expuso los temas que la gente priorizó y respondió en el teatro y por escrito.",
    412,
    238,
    agenda=(
        ("08:00", "Apertura y reglas del diálogo", "Departamento Administrativo de Planeación"),
        ("08:30", "Avance del plan", "Departamento Administrativo de Planeación"),
        ("11:00", "Preguntas y respuestas", ""),
        ("11:40", "Compromisos", "Secretaría de Comunicaciones"),
    ),
    asked=(
        (
            "Seguridad alimentaria",
            "¿Cuántos comedores comunitarios quedaron funcionando?",
            "Quedaron 113 comedores en funcionamiento. La lista está en el informe.",
        ),
        (
            "Empleo",
            "¿Qué hay de empleo para mayores de 50 años?",
            "En 2024 se vincularon 1.240 personas mayores de 50 años. En 2025 sigue el programa.",
        ),
    ),
    promised=(
        Promised(
            "Publicar la lista de comedores con su horario",
            "Lista en la página de la Alcaldía",
            "sec-inclusion-social-familia",
            30,
            21,
        ),
        Promised(
            "Responder por escrito las preguntas que no alcanzaron en el teatro",
            "Respuestas publicadas",
            "dap",
            25,
            18,
        ),
    ),
)
