"""Somebody is heard in writing at a listening post, without their name."""

import itertools
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

from bench.installations import Database, FormUnderLoad, settings_of
from participa.app import create_app
from participa.citizens.service import seed_notices
from participa.core import clock
from participa.core.db import db
from participa.listening import service
from participa.listening.models import Contribution, ListeningPost
from participa.staff.models import Account, Role

WORDS = "El andén de la calle 30 está roto desde marzo y los niños caminan por la vía. " * 4


class Hearing(FormUnderLoad):
    """participa with one open listening post that asks what one usually asks."""

    model = Contribution

    def __init__(self, folder: Path, base: Database):
        self.base = base
        self.settings = settings_of(folder, base)
        self.numbers = itertools.count(1)
        self.app = create_app(self.settings)
        with self.app.app_context():
            db.create_all()
            seed_notices()
            post = self._publish()
            db.session.commit()
            self.path = f"/escuchaderos/{post.code}"
            self.purpose = f"listening.contribute:{post.code}"
            db.session.remove()
            db.engine.dispose()

    def _publish(self) -> ListeningPost:
        account = Account(email="medicion@ejemplo.org", name="Medición", role=Role.EDITOR)
        account.fs_uniquifier = "medicion"
        db.session.add(account)
        now = clock.now()
        post = service.create(
            account,
            [],
            title="Cuéntele a la ciudad cómo va su barrio",
            place="Parque Biblioteca Belén",
            hours="Lunes a viernes, 8 a. m. a 4 p. m.",
            closes_at=now + timedelta(days=10),
            variables=["curso_vida"],
        )
        post.published_at = post.opens_at = now
        return post

    def sheet(self, token: str) -> str:
        """What a phone sends: a text of some lines, its topic and its comuna."""
        number = next(self.numbers)
        fields = {
            "submission": token,
            "wish": "reply",
            "text": f"{number}. {WORDS}",
            "topic": "Obras y espacio público",
            "territory": f"{number % 16 + 1:02d}",
            "who": "anonymous",
            "confirm": "1",
        }
        return urlencode(fields)
