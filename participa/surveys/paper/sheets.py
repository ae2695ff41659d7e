"""The acts on printed sheets of a survey: print, count, type, compare, settle."""

import json
import random
import secrets
from collections.abc import Iterable, Mapping

from werkzeug.datastructures import MultiDict

from participa.channels.flow import ABOUT_THE_PERSON
from participa.citizens.fields import answers, answers_of_minor, is_minor, population_form
from participa.core import audit, clock, codes, links
from participa.core.db import db
from participa.core.editing import versions
from participa.core.errors import Refused
from participa.staff.models import Account
from participa.surveys import access_codes, consents, respond
from participa.surveys.counting import published
from participa.surveys.models import Survey, SurveyUse
from participa.surveys.paper import queries, reconciliation
from participa.surveys.paper.models import SheetAnswers, SurveySheet, SurveySheetBatch
from participa.surveys.paper.typed_answers import on_paper, read_typed
from participa.surveys.questionnaire import saying
from participa.surveys.questionnaire.answering import PREFIX
from participa.surveys.questionnaire.questions import Questionnaire
from participa.surveys.respond import FilledSurvey
from participa.surveys.snapshots import SurveySnapshot, of_version

PATH = "/gestion/encuestas/{code}/papel/{id}"
MOST = 500  # sheets of a batch
CHANNEL = "paper"
DETAILS = "_datos"  # in a comparison: the optional block
IS_SETTLED = "Este lote ya se cerró: sus respuestas ya cuentan y sus hojas no se guardan."
Typed = Iterable[tuple[str, str]]


def make(
    survey: Survey, by: Account, label: str, size: int, use: SurveyUse | None = None
) -> SurveySheetBatch:
    """Store sheets to be printed, with the next numbers of the survey."""
    versions.lock(survey)
    version = survey.current
    if version is None:
        raise Refused(why_not_printed(survey))
    batch = SurveySheetBatch(
        survey=survey,
        version=version,
        use=use,
        code=codes.new(),
        label=label,
        first_number=queries.last_number(survey.id) + 1,
        size=size,
        printed_by=by,
    )
    db.session.add(batch)
    db.session.flush()
    links.register(batch.code, PATH.format(code=survey.code, id=batch.id))
    audit.record("surveys.sheets_printed", survey, by, part=batch, size=size)
    return batch


def why_not_printed(survey: Survey) -> str:
    """Why no sheets are made now; "" if they are."""
    if survey.current is None:
        return "Publique la encuesta antes de imprimirla: sus preguntas pueden cambiar todavía."
    return "Esta encuesta ya cerró: nadie llenaría las hojas." if survey.is_closed else ""


def why_not_typed(batch: SurveySheetBatch) -> str:
    """Why nothing of the batch is typed now; "" if it is. Paper that was filled in before the
    closing is typed after it.
    """
    return IS_SETTLED if batch.is_settled else ""


def count(batch: SurveySheetBatch, by: Account, used: int, unused: int, void: int) -> None:
    """So many sheets came back with answers, blank, and torn or illegible."""
    _require_open(batch)
    batch.used, batch.unused, batch.void = used, unused, void
    audit.record("surveys.sheets_counted", batch.survey, by, part=batch, size=used)


def key(batch: SurveySheetBatch, by: Account, number: int, typed: Typed) -> SurveySheet:
    """Keep what was typed of a sheet until the batch is settled."""
    versions.lock(batch)
    _require_open(batch)
    if number not in batch.numbers:
        raise Refused(
            f"Este lote tiene las hojas {batch.first_number} a {batch.last_number}.", "number"
        )
    if queries.sheet_of(batch, number) is not None:
        raise Refused(f"La hoja {number} ya se digitó. Ábrala abajo para corregirla.", "number")
    sheet = SurveySheet(batch=batch, number=number, keyed_by_id=by.id)
    sheet.typed = SheetAnswers(fields=_dumped(typed))
    db.session.add(sheet)
    db.session.flush()
    audit.record("surveys.sheet_keyed", batch.survey, by, part=batch, sheet=number)
    return sheet


def correct(sheet: SurveySheet, by: Account, typed: Typed) -> None:
    """Put something else in the place of what was typed."""
    _require_open(sheet.batch)
    if sheet.waits_for_decision:
        raise Refused("Decida primero en qué se diferencian las dos digitaciones.")
    sheet.typed.fields = _dumped(typed)
    _record("surveys.sheet_corrected", sheet, by)


def remove(sheet: SurveySheet, by: Account) -> None:
    """Undo the typing of a sheet that was the wrong one or does not count."""
    _require_open(sheet.batch)
    _record("surveys.sheet_removed", sheet, by)
    sheet.batch.sheets.remove(sheet)


def draw(batch: SurveySheetBatch, by: Account, count: int) -> int:
    """Choose typed sheets at random, to be typed again by somebody else; returns how many."""
    versions.lock(batch)
    _require_open(batch)
    left = [sheet for sheet in batch.sheets if not sheet.is_sampled]
    if not left:
        raise Refused("No quedan hojas digitadas por escoger.", "count")
    chosen = random.SystemRandom().sample(left, min(count, len(left)))
    for sheet in chosen:
        sheet.is_sampled = True
    audit.record("surveys.sample_drawn", batch.survey, by, part=batch, size=len(chosen))
    return len(chosen)


def type_again(sheet: SurveySheet, by: Account, typed: Typed) -> bool:
    """Compare a second typing with the first; keeps it only where they differ. Whether they do."""
    _require_open(sheet.batch)
    if sheet.keyed_by_id == by.id:
        raise Refused("Esta hoja la digitó usted. La repite otra persona.")
    if not sheet.waits_for_second:
        raise Refused("Esta hoja ya no espera una segunda digitación.")
    second = MultiDict(typed)
    snapshot = snapshot_of(sheet.batch)
    differ = bool(differences(snapshot, fields_of(sheet), second))
    sheet.rekeyed_by_id, sheet.is_different = by.id, differ
    sheet.typed.second_fields = _dumped(second.items(multi=True)) if differ else ""
    _record("surveys.sheet_rekeyed", sheet, by, different=differ)
    return differ


def decide(sheet: SurveySheet, by: Account, seconds: Mapping[str, bool]) -> None:
    """Say for each question that differs whether the second typing is as the paper."""
    _require_open(sheet.batch)
    if not sheet.waits_for_decision:
        raise Refused("Esta hoja no tiene diferencias por decidir.")
    first, second = fields_of(sheet), second_of(sheet)
    kept = [pair for pair in first.items(multi=True) if not seconds.get(_key(pair[0]), False)]
    taken = [pair for pair in second.items(multi=True) if seconds.get(_key(pair[0]), False)]
    sheet.typed.fields, sheet.typed.second_fields = _dumped([*kept, *taken]), ""
    sheet.is_decided = True
    _record("surveys.sheet_decided", sheet, by)


def settle(batch: SurveySheetBatch, by: Account) -> int:
    """Turn what was typed into responses and forget the numbers; returns how many.

    The order is shuffled and each response is new: nothing tells from which sheet it came.
    """
    versions.lock(batch)
    _require_open(batch)
    if missing := reconciliation.missing_of(batch):
        raise Refused(" ".join(missing))
    sample = reconciliation.sample_of(batch)
    snapshot, sheets = snapshot_of(batch), list(batch.sheets)
    random.SystemRandom().shuffle(sheets)
    published.keep_before_few(batch.survey, len(sheets))
    for sheet in sheets:
        try:
            respond.respond(snapshot, secrets.token_hex(16), filled(snapshot, batch, sheet))
        except access_codes.CodeRefused as refusal:
            raise Refused(f"Hoja {sheet.number}: {refusal} Corríjala o quítela.") from None
    batch.entered, batch.settled_at = len(sheets), clock.now()
    batch.typed_twice, batch.different = sample.typed, sample.different
    batch.sheets.clear()
    audit.record("surveys.sheets_settled", batch.survey, by, part=batch, size=len(sheets))
    return len(sheets)


def filled(snapshot: SurveySnapshot, batch: SurveySheetBatch, sheet: SurveySheet) -> FilledSurvey:
    """What a sheet says, as it is stored."""
    typed = fields_of(sheet)
    found = read_typed(on_paper(snapshot.questionnaire), typed)
    personal = {one.key for one in snapshot.questionnaire.questions if one.is_personal}
    return FilledSurvey(
        answers=found.answers,
        texts={key: text for key, text in found.texts.items() if key not in personal},
        personal={key: text for key, text in found.texts.items() if key in personal},
        population=details(snapshot, typed) or None,
        channel=CHANNEL,
        use_id=batch.use_id,
        code=typed.get("code", ""),
        consents=(consents.KEPT,),  # written under the notice that the sheet prints
    )


def details(snapshot: SurveySnapshot, typed: MultiDict[str, str]) -> dict[str, list[str]]:
    """The optional answers about the person; of a minor nothing sensitive (DAT-07)."""
    if not snapshot.variables:
        return {}
    block = population_form(snapshot.variables)(typed)
    if not block.validate():
        return {}
    given = answers(block)
    found = answers_of_minor(given) if is_minor(given) else given
    return {name: list(chosen) for name, chosen in found.items()}


def differences(
    snapshot: SurveySnapshot, first: MultiDict[str, str], second: MultiDict[str, str]
) -> list[tuple[str, str, str, str]]:
    """Key, label and both answers in words of each question that was typed differently."""
    questionnaire = on_paper(snapshot.questionnaire)
    found = list(_differing(questionnaire, first, second))
    if details(snapshot, first) != details(snapshot, second):
        found.append((DETAILS, "Datos opcionales", "Primera digitación", "Segunda digitación"))
    if codes.read(first.get("code", "")) != codes.read(second.get("code", "")):
        found.append(("code", "Código", first.get("code", ""), second.get("code", "")))
    return found


def _differing(
    questionnaire: Questionnaire, first: MultiDict[str, str], second: MultiDict[str, str]
) -> Iterable[tuple[str, str, str, str]]:
    one, two = read_typed(questionnaire, first), read_typed(questionnaire, second)
    for question in questionnaire.asked:
        words = [
            saying.in_words(question, found.answers.get(question.key), found.texts)
            for found in (one, two)
        ]
        if words[0] != words[1]:
            yield question.key, question.label, words[0] or "Nada", words[1] or "Nada"


def snapshot_of(batch: SurveySheetBatch) -> SurveySnapshot:
    """The survey as the sheets of the batch ask it."""
    return of_version(batch.survey, batch.version)


def fields_of(sheet: SurveySheet) -> MultiDict[str, str]:
    """What was typed of a sheet."""
    return _loaded(sheet.typed.fields)


def second_of(sheet: SurveySheet) -> MultiDict[str, str]:
    """What was typed of it the second time, while the two differ."""
    return _loaded(sheet.typed.second_fields)


def _key(name: str) -> str:
    """Of which question of a comparison a field is."""
    if name.startswith(PREFIX):
        return name.removeprefix(PREFIX).partition(".")[0]
    return DETAILS if name.startswith(ABOUT_THE_PERSON) else name


def _dumped(typed: Typed) -> str:
    return json.dumps([list(pair) for pair in typed], ensure_ascii=False)


def _loaded(text: str) -> MultiDict[str, str]:
    return MultiDict([(name, value) for name, value in json.loads(text or "[]")])


def _require_open(batch: SurveySheetBatch) -> None:
    if why_not := why_not_typed(batch):
        raise Refused(why_not)


def _record(act: str, sheet: SurveySheet, by: Account, **more: object) -> None:
    audit.record(act, sheet.batch.survey, by, part=sheet.batch, sheet=sheet.number, **more)
