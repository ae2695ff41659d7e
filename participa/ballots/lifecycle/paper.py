"""The paper votes: one official types how many there are, another one confirms the same numbers.

They are counted once, before anything electronic is opened. A later count is a correction, with a
reason that is published.
"""

from collections.abc import Iterator, Sequence

from participa.ballots import archive_store, minimum
from participa.ballots.kinds import BelowMinimum
from participa.ballots.lifecycle.two_person import check_confirmer
from participa.ballots.models import BallotBox, HandCount
from participa.belenios.questions import Question
from participa.core import audit, clock, spanish
from participa.core.db import db, unique_or_refuse
from participa.core.errors import Refused
from participa.staff.models import Account
from participa.staff.signing_in import second_factor

SUMMED = "El papel ya se sumó con las respuestas. Por separado ya no existe, y no se corrige."
NOBODY_TYPED = (
    "No consta quién anotó este conteo, y así no se sabe que sean dos personas. Retírelo y "
    "anótenlo otra vez."
)
NOTHING_TYPED = "Nadie ha anotado un conteo del papel que falte confirmar."


def type_count(
    box: BallotBox,
    by: Account,
    ballots: int,
    invalid: int,
    counts: Sequence[Sequence[int]],
    note: str = "",
    reason: str = "",
) -> HandCount:
    """Store a count of the paper votes that another official has to confirm.

    `counts` has, per question, one number per slot; a blank vote, if offered, has the first slot.
    A retry by the same official returns the stored one. After the first count it needs a reason.
    """
    second_factor.require(by)
    _may_count(box)
    _check(box, ballots, invalid, counts)
    numbers = (ballots, invalid, [list(line) for line in counts])
    current = box.paper
    if current is not None and not reason.strip():
        raise Refused("Escriba por qué se corrige.", "reason")
    if current is not None and numbers == (current.ballots, current.invalid, current.counts):
        raise Refused("Son los mismos números que ya están confirmados: no hay qué corregir.")
    if (typed := box.typed_paper) is not None:
        same = (typed.ballots, typed.invalid, typed.counts) == numbers
        if same and typed.asked_by_id == by.id:
            return typed
        raise _already(typed)
    typed = HandCount(
        ballots=ballots,
        invalid=invalid,
        counts=numbers[2],
        note=note,
        reason=reason if current is not None else "",
        asked_by=by,
    )
    with unique_or_refuse("uq_hand_count_pending", _already(None)):
        box.hand_counts.append(typed)
    box.touch()
    audit.record("ballots.paper_typed", box, by, **_facts(box, typed))
    return typed


def confirm(box: BallotBox, by: Account, seen: int | None = None) -> HandCount:
    """Make the typed numbers the count of the box. Who typed them may not confirm them.

    `seen` is the version of the box on the confirming page; an older version is refused.
    """
    _lock(box)
    _may_count(box)
    typed = box.typed_paper
    if typed is None:
        raise Refused("Otra persona ya lo confirmó." if box.paper else NOTHING_TYPED)
    if seen not in (None, box.version):
        raise Refused("La urna cambió mientras usted la revisaba. Revísela otra vez y confirme.")
    if typed.asked_by is None:
        raise Refused(NOBODY_TYPED)
    check_confirmer(box, typed.asked_by, by)
    typed.confirmed_by, typed.confirmed_at = by, clock.now()
    box.touch()
    audit.record("ballots.paper_counted", box, by, **_facts(box, typed), asked_by=_asker(typed))
    return typed


def withdraw(box: BallotBox, by: Account) -> None:
    """Delete typed numbers that nobody has confirmed; only who typed them may.

    When the account of that person is no longer active, anybody with a second factor may.
    """
    second_factor.require(by)
    _lock(box)
    typed = box.typed_paper
    if typed is None:
        raise Refused(NOTHING_TYPED)
    if not may_withdraw(typed, by):
        raise Refused(f"Ese conteo lo retira quien lo anotó: {_asker(typed)}.")
    box.hand_counts.remove(typed)
    box.touch()
    audit.record("ballots.paper_withdrawn", box, by, asked_by=_asker(typed))


def may_withdraw(typed: HandCount, account: Account) -> bool:
    asked_by = typed.asked_by
    return asked_by is None or asked_by.id == account.id or not asked_by.active


def _lock(box: BallotBox) -> None:
    """Lock the end of the chain, as the count does, so that neither misses what the other does."""
    if box.opened_at is not None:
        archive_store.lock_head(box.id, archive_store.timestamp(box))
    db.session.expire(box)


def _may_count(box: BallotBox) -> None:
    if not box.is_closed or not box.allows_paper:
        raise Refused("El papel se cuenta cuando la urna cierra, si esta urna lo admite.")
    if minimum.is_summed(box):
        raise Refused(SUMMED)


def _already(typed: HandCount | None) -> Refused:
    who = _asker(typed) if typed is not None else "Otra persona"
    return Refused(
        f"{who} ya anotó un conteo. Compárelo con el suyo: si es igual, confírmelo; si no, "
        "cuenten otra vez."
    )


def _asker(typed: HandCount) -> str:
    return typed.asked_by.name if typed.asked_by else "Otra persona"


def _facts(box: BallotBox, typed: HandCount) -> dict[str, object]:
    """For the audit trail: without the votes if only their sum with the answers is published."""
    facts: dict[str, object] = {"ballots": typed.ballots, "invalid": typed.invalid}
    is_apart = not _may_be_summed(box)
    return facts | ({"counts": typed.counts} if is_apart else {}) | _reason(typed)


def _may_be_summed(box: BallotBox) -> bool:
    is_merged = box.below_minimum is BelowMinimum.MERGE
    return is_merged and not box.is_finished and minimum.is_below(box)


def _reason(typed: HandCount) -> dict[str, object]:
    return {"reason": typed.reason} if typed.reason else {}


# ---- sums that are possible


def _check(box: BallotBox, ballots: int, invalid: int, counts: Sequence[Sequence[int]]) -> None:
    """Refuse numbers that no pile of papers can give."""
    if min(ballots, invalid) < 0:
        raise Refused("Escriba cuántas papeletas, desde 0.", "ballots")
    if invalid > ballots:
        raise Refused(
            f"Hay {spanish.number(invalid)} nulas y {spanish.number(ballots)} en la caja: las "
            "nulas están entre las de la caja.",
            "invalid",
        )
    valid = ballots - invalid
    for number, (question, line) in enumerate(zip(box.questions, counts, strict=True), start=1):
        for problem in _problems(question.asked, line, valid):
            raise Refused(f"En la pregunta {number} {problem}", f"q{number}")


def _problems(question: Question, line: Sequence[int], valid: int) -> Iterator[str]:
    """Spanish ends of a sentence: why these counts cannot come from `valid` ballots."""
    if len(line) != question.slots or min(line, default=0) < 0:
        yield "escriba un número por opción, desde 0."
        return
    blank, options = (line[0], line[1:]) if question.has_blank else (0, line)
    chosen, marks = valid - blank, sum(options)
    papers = spanish.several(valid, "papeleta válida", "papeletas válidas")
    if chosen < 0:
        yield f"hay {spanish.number(blank)} votos en blanco y {papers}."
    elif question.least == question.most == 1 and marks != chosen:
        votes = spanish.several(marks + blank, "voto", "votos")
        yield f"hay {votes} y {papers}. Debe haber un voto por papeleta: cuenten otra vez."
    elif max(options) > chosen:
        most = spanish.number(max(options))
        yield f"una opción tiene {most} votos, y hay {_without(valid, blank)}."
    elif not question.least * chosen <= marks <= question.most * chosen:
        yield (
            f"hay {spanish.number(marks)} marcas, y con {_without(valid, blank)} pueden ser "
            f"{_between(question.least * chosen, question.most * chosen)}."
        )


def _without(valid: int, blank: int) -> str:
    papers = spanish.several(valid - blank, "papeleta válida", "papeletas válidas")
    return f"{papers} que no están en blanco" if blank else papers


def _between(least: int, most: int) -> str:
    if least == most:
        return f"solo {spanish.number(least)}"
    return f"de {spanish.number(least)} a {spanish.number(most)}"
