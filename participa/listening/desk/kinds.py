"""What a contribution may be in law, by its words; a person decides (PQR-08).

Whoever asks for something makes a petition, whether or not they say so (Ley 1437 de 2011, art. 13).
So an opinion that asks is suggested as a petition, and every suggestion shows its words.
"""

import re
from dataclasses import dataclass

from participa.cases.models import CaseKind
from participa.core.web.lists import folded
from participa.listening.danger import MOST_WORDS, any_of, words_found

# Who says that they ask for nothing is not taken at single words before that.
NOTHING = r"\bno (?:\w+ ){0,2}(?:pid\w+|solicit\w+|necesit\w+|quier\w+|exij\w+)(?: \w+)? nada\b"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A kind, and the words that made it likely, as they were typed."""

    kind: CaseKind
    words: tuple[str, ...]

    @property
    def is_petition(self) -> bool:
        """Whether the law gives a term to answer it."""
        return self.kind.term is not None


# They read small letters without accents. The first that finds something decides.
OWN_DATA = r"(?:mis datos|mi informacion personal|los datos mios|mis datos personales)"
DATA_CLAIM = any_of(
    rf"\b(?:borr|elimin|supri|corri|actuali|retir|quit|rectifi)\w* (?:\w+ ){{0,3}}{OWN_DATA}\b",
    r"\brevoc\w+ (?:\w+ ){0,2}autorizacion\b",
    r"\breclamo de habeas data\b",
)
DATA_QUERY = any_of(
    rf"\bque (?:\w+ ){{0,3}}(?:tienen|guardan|saben) (?:de mi|sobre mi)\b|\bhabeas data\b"
    rf"|\b(?:conocer|saber|consultar|ver) (?:\w+ ){{0,2}}{OWN_DATA}\b",
)
REPORT = any_of(
    r"\bdenunci\w+\b",
    r"\bcorrup\w+\b",
    r"\bsoborn\w+\b|\bcoimas?\b|\bmordidas?\b|\bpeculado\b|\bcohecho\b",
    r"\b(?:se )?(?:rob\w+|desvi\w+) (?:\w+ ){0,2}(?:plata|dinero|recursos|presupuesto)\b",
    r"\bcontratos? a dedo\b",
    r"\b(?:pid(?:io|en|e|ieron)|exige\w*|cobr\w+) (?:\w+ ){0,2}(?:plata|dinero) (?:para|por)\b",
)
INFORMATION = any_of(
    r"\bcopias? (?:de|del)\b",
    r"\bme (?:den|entreguen|envien|manden) (?:\w+ ){0,2}(?:copia|documento)\w*\b",
    r"\b(?:quiero|quisiera|necesito|queremos|necesitamos|me gustaria) (?:saber|conocer)\b",
    r"\bcuant[oa]s? (?:\w+ ){0,3}(?:cost\w+|gast\w+|invir\w+|inver\w+|pag\w+|val\w+)\b",
    r"\b(?:solicit\w+|pid\w+|necesit\w+|requier\w+) (?:\w+ ){0,3}"
    r"(?:informacion|informes?|documentos?|actas?|contratos?|expediente|datos)\b",
    r"\b(?:me|nos) (?:informen|informe|cuenten|digan|expliquen)\b",
    r"\bdonde (?:puedo )?(?:ver|consult\w+|encuentr\w+)\b",
)
CONSULTATION = any_of(
    r"\bconcepto (?:juridico|tecnico|de ustedes|de la secretaria|sobre)\b|\bsu concepto\b",
    r"\bcomo (?:se )?(?:interpret\w+|aplica) (?:la norma|la ley|el decreto|el acuerdo|el pot)\b",
    r"\bque (?:norma|ley|decreto) (?:aplica|rige|regula)\b",
    r"\bes (?:legal|obligatorio|permitido) (?:que|segun)\b|\bla norma permite\b",
)
SERVANT = (
    r"(?:funcionari[oa]s?|servidor(?:a|es)?|emplead[oa]s?|vigilantes?|guardas?|agentes?|"
    r"profesor(?:a|es)?|medic[oa]s?|doctor(?:a|es)?|secretari[oa]|inspector(?:a|es)?|"
    r"polici\w+|rector(?:a)?|conductor(?:a|es)?)"
)
ILL = r"(?:maltrat\w+|grit\w+|insult\w+|grose\w+|humill\w+|altaner\w+|discrimin\w+|irrespet\w+)"
COMPLAINT = any_of(
    r"\b(?:mi |una |esta )?queja\b|\bme quejo\b|\bquejarme\b",
    rf"\b{SERVANT}\b[^.!?]{{0,60}}\b{ILL}\b",
    rf"\b{ILL}\b[^.!?]{{0,40}}\b{SERVANT}\b",
    rf"\b{SERVANT}\b[^.!?]{{0,40}}\bno (?:me |nos )?(?:atend\w+|atien\w+|quis\w+|dej\w+)\b",
)
CLAIM = any_of(
    r"\breclam\w+\b",
    r"\b(?:mal|pesimo) servicio\b|\bpesima atencion\b",
    r"\bno (?:ha\w* )?(?:pas\w+|recog\w+|vien\w+|lleg\w+) (?:\w+ ){0,4}"
    r"(?:basuras?|carro|camion|bus(?:es)?|alimentador\w*|agua|ambulancia)\b",
    r"\b(?:llev\w+|hace) (?:\w+ ){1,3}(?:sin|que no hay) (?:agua|luz|gas|alumbrado|servicio|bus)\b",
    r"\b(?:me|nos) (?:estan )?cobr\w+ (?:\w+ ){0,3}(?:de mas|dos veces|doble|mal)\b",
    r"\b(?:no sirve|no funciona|esta danad[oa]|estan danad[oa]s)\b",
)
SUGGESTION = any_of(
    r"\bsugier\w+\b|\bsugerencias?\b|\bsugerir\b",
    r"\bpropon\w+\b|\bpropuestas?\b",
    r"\b(?:seria|estaria) (?:muy )?(?:bueno|bien|ideal|chevere|bacano) (?:que )?\w+\b",
    r"\b(?:la alcaldia|la ciudad|ustedes|se|la secretaria) (?:debe|deberian?|podrian?) \w+\b",
    r"\bdeberian \w+\b|\bpodrian \w+r\b",
    r"\bojala\b|\bme gustaria que\b",
)
PRAISE = any_of(
    r"\bfelicit\w+\b|\bmuchas gracias\b|\bgracias (?:por|a)\b|\bagradec\w+\b|\bagradezco\b",
    r"\b(?:excelente|buen[oa]?) (?:\w+ ){0,2}(?:labor|trabajo|servicio|atencion|gestion|evento)\b",
)
# What somebody wants done, in the ways in which people say it.
ASKS = any_of(
    r"\b(?:solicit(?:o|amos|ud)|pid(?:o|en)|pedimos|rueg(?:o|amos)|exij(?:o|an)|exigimos)\b",
    r"\b(?:necesit(?:o|amos)|quier(?:o|emos)|queremos) (?:que|una?|el|la|los|las|ayuda|mas)\b",
    r"\b(?:les|le) (?:pido|pedimos|solicito|solicitamos|ruego|agradeceria)\b",
    r"\bpor favor\b",
    r"\b(?:arregl|repar|tap|pavimen|ilumin|limpi|recoj|instal|construy|pong|hag|revis|ayud|mejor|"
    r"solucion|resuelv|atiend|pod|pint|quit|mand|envi|abr|devuelv|respond)(?:an|en)"
    r"(?:nos|me|la|lo)?\b",
    r"\bcuando (?:\w+ ){0,3}(?:arregl|repar|termin|empiez|van|va|abr|constru|entreg|pavim|pag|"
    r"inici|habra|llega)\w*\b",
    r"\bpor ?que (?:\w+ ){0,2}no (?:\w+ ){0,2}\w+(?=[^.!]{0,200}\?)",
    r"\bqueda\w* a la espera\b|\bespero (?:una |su |pronta )?(?:respuesta|solucion)\b",
    r"\b(?:hace falta|falta) (?:un|una|que|mas)\b",
)
PRIVATE = any_of(
    r"\bmi (?:casa|predio|hij[oa]s?|mama|papa|esposa?|familia|subsidio|pension|tramite|solicitud|"
    r"cupo|licencia|recibo|factura|puntaje|sisben|cita|caso|negocio|local|finca|lote|abuel[oa])\b",
    r"\b(?:para mi|a mi nombre|me (?:den|asignen|inclu\w+|afili\w+|devuelv\w+|pagu\w+))\b",
)
ORDERED = (
    (CaseKind.DATA_CLAIM, DATA_CLAIM),
    (CaseKind.DATA_QUERY, DATA_QUERY),
    (CaseKind.REPORT, REPORT),
    (CaseKind.COMPLAINT, COMPLAINT),
    (CaseKind.CONSULTATION, CONSULTATION),
    (CaseKind.INFORMATION, INFORMATION),
    (CaseKind.CLAIM, CLAIM),
)


def suggested(text: str, wants_answer: bool) -> Suggestion:
    """The likely kind of a text. Who chose to be answered (`wants_answer`) always asks."""
    read = _without_nothing(folded(text))
    for kind, pattern in ORDERED:
        if words := words_found(pattern, read, text):
            return Suggestion(kind, words)
    if words := words_found(ASKS, read, text):
        own = words_found(PRIVATE, read, text)
        return Suggestion(CaseKind.PRIVATE if own else CaseKind.GENERAL, (words + own)[:MOST_WORDS])
    if words := words_found(SUGGESTION, read, text):
        return Suggestion(CaseKind.SUGGESTION, words)
    if wants_answer:
        return Suggestion(CaseKind.GENERAL, ())
    if words := words_found(PRAISE, read, text):
        return Suggestion(CaseKind.PRAISE, words)
    return Suggestion(CaseKind.OPINION, ())


def _without_nothing(read: str) -> str:
    """The same length, so that places stay."""
    return re.sub(NOTHING, lambda found: " " * len(found[0]), read)
