"""How a witness is told: on the screen, in a file, by a command of theirs, by mail."""

from __future__ import annotations

import json
import os
import smtplib
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from participa.belenios.verdict import printable
from participa.belenios.witness.own_copy import ALARMS, OwnCopy

SECONDS = 60


class NoSuchMail(Exception):
    """The file with the mail server is not as it should be; in Spanish."""


@dataclass(frozen=True)
class Mail:
    """The mail server of the witness: `seguro` is "tls" (usual, port 587), "ssl" (465) or "no"."""

    servidor: str
    para: list[str]
    de: str
    puerto: int = 587
    usuario: str = ""
    clave: str = ""
    seguro: str = "tls"

    def send(self, subject: str, text: str) -> None:
        letter = EmailMessage()
        letter["Subject"], letter["From"], letter["To"] = subject, self.de, ", ".join(self.para)
        letter.set_content(text)
        kind: Any = smtplib.SMTP_SSL if self.seguro == "ssl" else smtplib.SMTP
        with kind(self.servidor, self.puerto, timeout=SECONDS) as server:
            if self.seguro == "tls":
                server.starttls()
            if self.usuario:
                server.login(self.usuario, self.clave)
            server.send_message(letter)


def read_mail(path: str) -> Mail:
    try:
        mail = Mail(**json.loads(Path(path).read_text(encoding="utf-8")))
    except OSError:
        raise NoSuchMail(f"No se pudo leer {path}.") from None
    except (ValueError, TypeError):
        raise NoSuchMail(
            f'{path} debe ser así: {{"servidor": "…", "para": ["…"], "de": "…", "usuario": "…",'
            ' "clave": "…"}'
        ) from None
    is_list = isinstance(mail.para, list) and bool(mail.para)
    if not is_list or mail.seguro not in {"tls", "ssl", "no"} or not isinstance(mail.puerto, int):
        raise NoSuchMail(
            f"En {path}, «para» es una lista, «puerto» un número y «seguro» es tls, ssl o no."
        )
    for text in (mail.servidor, mail.de, mail.usuario, mail.clave, *mail.para):
        if not isinstance(text, str) or not text.isprintable():
            raise NoSuchMail(f"En {path} hay algo que no es un texto de una línea.")
    return mail


@dataclass
class Shouting:
    write: Callable[[str], object]
    command: str = ""
    mail: Mail | None = None

    def alarm(self, copy: OwnCopy, sentence: str) -> None:
        """Say it on the screen each time, and once in every other way, each until it worked."""
        sentence = printable(sentence)
        self.write("=" * 72)
        self.write(f"ALARMA. {sentence}")
        self.write(f"Su copia, sin tocar: {copy.file} ({copy.state.height} eventos).")
        self.write("No la borre. Llame a otro testigo, compare las huellas, y avise por escrito.")
        self.write("=" * 72)
        state = copy.state
        if sentence != state.alarm:
            copy.note(ALARMS, sentence)
            state.alarm, state.is_run, state.is_mailed = sentence, False, False
            copy.save()
        text = (
            f"Urna: {copy.state.address}\n{sentence}\n"
            f"Su copia: {copy.state.height} eventos, huella {copy.state.head}\n"
        )
        if self.command and not state.is_run:
            state.is_run = self._run(text)
        if self.mail is not None and not state.is_mailed:
            state.is_mailed = self._send(f"ALARMA en la urna {state.uuid}", text)
        copy.save()

    def _run(self, text: str) -> bool:
        """The command of the witness gets the sentence on its input and in TESTIGO_AVISO.

        Returns whether it worked, like `_send`.
        """
        try:
            subprocess.run(  # noqa: S602 - typed by the witness, in their own terminal
                self.command,
                shell=True,
                input=text.encode(),
                env={**os.environ, "TESTIGO_AVISO": text},
                timeout=SECONDS,
                check=True,
            )
        except (OSError, subprocess.SubprocessError):
            self.write("No funcionó el aviso por su orden (--avisar). Se intenta otra vez.")
            return False
        return True

    def _send(self, subject: str, text: str) -> bool:
        assert self.mail is not None  # noqa: S101 - asked by the caller
        try:
            self.mail.send(subject, text)
        except (OSError, ValueError) as problem:  # network, protocol, or what it cannot write
            name = type(problem).__name__
            self.write(f"No se pudo mandar el correo ({name}). Se intenta otra vez.")
            return False
        return True
