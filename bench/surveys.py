"""Somebody answers a survey of one page; and the answers of a whole city leave as a file."""

import itertools
import random
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

from sqlalchemy import func, insert, select, text

from bench import processes
from bench.installations import Database, FormUnderLoad, settings_of
from bench.measures import cpu_of
from participa.app import create_app
from participa.citizens.service import seed_notices
from participa.core import clock
from participa.core.db import autocommit_connection, db
from participa.core.tables import tables
from participa.staff.models import Account, Role
from participa.surveys import service
from participa.surveys.counting import reading
from participa.surveys.models import Anonymity, Survey, SurveyResponse, WrittenAnswer, random_id
from participa.surveys.questionnaire.questions import (
    Choice,
    Page,
    Questionnaire,
    QuestionType,
    SurveyQuestion,
)
from participa.surveys.results import exports

PIECE = 10_000
MATTERS = tuple(Choice(f"o{n}", f"Opción {n} de la ciudad") for n in range(8))
ONE = SurveyQuestion(
    key="barrio", type=QuestionType.ONE, label="¿Cómo ve su barrio?", choices=MATTERS[:5]
)
SCALE = SurveyQuestion(
    key="nota",
    type=QuestionType.SCALE,
    label="¿Qué tan segura es su cuadra?",
    least=Decimal(1),
    most=Decimal(5),
)
SEVERAL = SurveyQuestion(
    key="temas", type=QuestionType.SEVERAL, label="¿Qué le hace falta?", choices=MATTERS
)
MORE = SurveyQuestion(key="mas", type=QuestionType.SHORT, label="¿Algo más?")
ONE_PAGE = Questionnaire((Page((ONE, SCALE, SEVERAL, MORE)),))
ROWS = tuple(Choice(f"f{n}", f"Afirmación {n}") for n in range(5))
TABLE = SurveyQuestion(
    key="tabla", type=QuestionType.MATRIX, label="¿Cómo son?", choices=MATTERS[:4], rows=ROWS
)
WHERE = SurveyQuestion(key="donde", type=QuestionType.TERRITORY, label="¿Dónde vive?")
CITY_WIDE = Questionnaire((Page((ONE, SCALE, SEVERAL, MORE, TABLE, WHERE)),))
WORDS = "Más luz en el parque y buses de noche."


class Answering(FormUnderLoad):
    """participa with one open survey, of one page unless it is asked for another."""

    model = SurveyResponse

    def __init__(self, folder: Path, base: Database, questionnaire: Questionnaire = ONE_PAGE):
        self.base = base
        self.settings = settings_of(folder, base)
        self.numbers = itertools.count(1)
        self.app = create_app(self.settings)
        with self.app.app_context():
            db.create_all()
            seed_notices()
            survey = self._publish(questionnaire)
            db.session.commit()
            self.survey_id = survey.id
            self.version_id = survey.versions[0].id
            self.path = f"/encuestas/{survey.code}"
            self.purpose = f"surveys.answer:{survey.code}:1"
            db.session.remove()
            db.engine.dispose()

    def _publish(self, questionnaire: Questionnaire) -> Survey:
        account = Account(email="medicion@ejemplo.org", name="Medición", role=Role.EDITOR)
        account.fs_uniquifier = "medicion"
        db.session.add(account)
        now = clock.now()
        survey = service.create(
            account,
            questionnaire,
            [],
            title="¿Cómo vamos en su barrio?",
            closes_at=now + timedelta(days=10),
        )
        survey.published_at = survey.opens_at = survey.versions[0].published_at = now
        return survey

    def sheet(self, token: str) -> str:
        """What a phone sends: four answers, one of them of two options."""
        number = next(self.numbers)
        fields = [
            ("submission", token),
            ("q_barrio", f"o{number % 5}"),
            ("q_nota", str(number % 5 + 1)),
            ("q_temas", "o1"),
            ("q_temas", f"o{number % 4 + 2}"),
            ("q_mas", f"{number}. {WORDS}"),
            ("confirm", "1"),
        ]
        return urlencode(fields)

    def grow(self, rows: int) -> None:
        """Bring the survey to so many answers of six questions, quickly, past the form."""
        chance = random.Random(1)
        with self.app.app_context():
            for start in range(0, rows, PIECE):
                made = [self._row(chance) for _ in range(start, min(start + PIECE, rows))]
                db.session.execute(insert(SurveyResponse), made)
                db.session.execute(insert(WrittenAnswer), [_text(row) for row in made[::3]])
                db.session.commit()
            if self.base.pid is not None:
                with autocommit_connection() as connection:
                    connection.execute(text(f"VACUUM ANALYZE {SurveyResponse.__tablename__}"))
            db.session.remove()

    def _row(self, chance: random.Random) -> dict[str, object]:
        id = random_id()
        place = f"{chance.randrange(16) + 1:02d}"
        answers = {
            "barrio": f"o{chance.randrange(5)}",
            "nota": str(chance.randrange(5) + 1),
            "temas": sorted({f"o{chance.randrange(8)}" for _ in range(3)}),
            "mas": "1",
            "tabla": {row.code: f"o{chance.randrange(4)}" for row in ROWS},
            "donde": [place],
        }
        return {
            "id": id,
            "survey_id": self.survey_id,
            "anonymity": Anonymity.ANONYMOUS,
            "version_id": self.version_id,
            "submission_id": f"{id:032x}",
            "receipt": f"{id:016x}"[:16],
            "answers": answers,
            "territory": place,
            "sex": str(chance.randrange(2) + 1),
            "age": "AU",
            "channel": "web",
            "received_on": clock.today() - timedelta(days=chance.randrange(1, 20)),
            "digest": "0" * 64,
        }


def _text(row: dict[str, object]) -> dict[str, object]:
    return {
        "id": random_id(),
        "response_id": row["id"],
        "survey_id": row["survey_id"],
        "question": "mas",
        "text": WORDS,
        "received_on": row["received_on"],
        "tags": [],
    }


class AnswersFile(NamedTuple):
    """A file with the answers: rows per second of processor, growth of memory, size."""

    rows: int
    speed: float
    memory_bytes: int
    file_bytes: int


def whole_city(folder: Path, base: Database) -> Answering:
    return Answering(folder, base, CITY_WIDE)


def export(town: Answering, format: str, how: str = exports.CODES) -> AnswersFile:
    """Make the file of all answers, as the staff's page or its job does."""
    size = 0

    def download() -> None:
        nonlocal size
        survey = db.session.get_one(Survey, town.survey_id)
        response = tables.download(exports.table_of(survey, how), format, "respuestas")
        for piece in response.response:
            size += len(piece)
        response.close()

    with town.app.test_request_context():
        rows = db.session.scalar(select(func.count()).select_from(SurveyResponse)) or 0
        survey = db.session.get_one(Survey, town.survey_id)
        survey.closed_at = clock.now()  # of an open anonymous survey the last days stay inside
        db.session.commit()
        next(iter(exports.table_of(survey, how).rows))  # what is loaded once
        before = processes.restart_peak()
        seconds = cpu_of(download)
        return AnswersFile(rows, rows / seconds, processes.peak_bytes() - before, size)


def counting(town: Answering) -> float:
    """Seconds of processor to count all answers in all comparisons."""
    with town.app.app_context():
        return cpu_of(lambda: reading.counts_of(town.survey_id))
