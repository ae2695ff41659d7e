"""Each sentence that a box promises has a test that tries to falsify it."""

from dataclasses import replace
from pathlib import Path

from participa.ballots.minimum import Ending
from participa.ballots.models import BoxKind
from participa.ballots.public import promises
from tests.ballots.public.test_promises import COMBINATIONS, OUTSIDE

TESTS = Path(__file__).resolve().parents[2]
SECRECY, COUNTING = "ballots/test_secrecy.py", "ballots/results/test_counting.py"
BY_SOME = "ballots/results/test_counting_by_some.py"
# A part of the sentence, and the test that attacks what it says.
ATTACKS = {
    "No pedimos su nombre ni su documento": (SECRECY, "test_days_are_all_that_is_known_of_a_slip"),
    "Ninguna queda con hora, orden ni número": (
        SECRECY,
        "test_no_order_of_rows_bytes_or_hidden_columns_is_that_of_the_voters",
    ),
    "avanzan por grupos": (
        "ballots/voting/test_open_consultation.py",
        "test_totals_move_by_whole_groups_and_never_by_one",
    ),
    "Los resultados se publican al final": (
        "ballots/voting/test_open_consultation.py",
        "test_without_live_results_nothing_is_told_before_the_counting",
    ),
    "al final se publican todas, para que cualquiera": (
        "ballots/public/test_results_views.py",
        "test_the_answers_to_an_open_consultation_come_as_a_file_once_it_is_counted",
    ),
    "Se publicaron todas las respuestas": (
        "ballots/public/test_results_views.py",
        "test_the_answers_to_an_open_consultation_come_as_a_file_once_it_is_counted",
    ),
    "Se publicó solo la suma con el papel": (
        "ballots/test_minimum.py",
        "test_a_consultation_says_what_it_published_and_what_it_erased",
    ),
    "ninguna respuesta se abrió": (
        "ballots/test_minimum.py",
        "test_a_consultation_says_what_it_published_and_what_it_erased",
    ),
    "Desde la apertura, anular tarjetas exige dos": (
        "ballots/roll/test_enrolment.py",
        "test_of_an_open_box_and_of_a_roll_of_the_registrar_one_person_voids_nothing",
    ),
    "El público no puede saber cómo votó": (
        SECRECY,
        "test_before_the_counting_nothing_that_anybody_said_can_be_read_anywhere",
    ),
    "Tampoco quien robe los datos": (
        SECRECY,
        "test_before_the_counting_nothing_that_anybody_said_can_be_read_anywhere",
    ),
    "No guardamos los códigos": (
        SECRECY,
        "test_codes_stand_nowhere_neither_plain_nor_hashed",
    ),
    "mientras uno solo de": (COUNTING, "test_a_wrong_key_opens_nothing"),
    "Es secreto mientras al menos": (
        BY_SOME,
        "test_with_fewer_parts_than_are_needed_nothing_is_opened",
    ),
    "el resultado sale igual": (
        BY_SOME,
        "test_any_two_of_three_open_the_box_and_the_third_key_may_be_lost",
    ),
    "El servidor no tiene ninguna parte de la llave": (
        "ballots/keys/test_trustee_keys.py",
        "test_the_server_keeps_no_secret_of_a_trustee",
    ),
    "se firmó que se guarda una parte de la llave": (
        "ballots/public/test_role_views.py",
        "test_a_signature_that_will_not_do_is_told_why_and_nobody_has_accepted",
    ),
    "se firmó que los códigos se hacen fuera": (
        "ballots/public/test_role_views.py",
        "test_after_the_opening_nobody_accepts_a_role",
    ),
    "cuál es el padrón": (
        "ballots/public/test_role_views.py",
        "test_a_roll_that_one_official_replaces_is_signed_by_nobody",
    ),
    "lo confirmaron": (
        "ballots/office/test_two_person_staff_views.py",
        "test_who_opens_vouches_for_whose_each_key_is",
    ),
    "lo declara la ciudad": (
        "ballots/public/test_role_views.py",
        "test_what_was_signed_after_an_opening_of_before_is_no_fact",
    ),
    "La ciudad declara que": (
        "ballots/public/test_role_views.py",
        "test_what_nobody_signed_is_told_as_what_the_city_says",
    ),
    "tiene una revisión externa": (
        "ballots/public/test_views.py",
        "test_the_third_label_says_that_its_outside_review_is_pending",
    ),
    "Cuenta un voto por código": (
        "ballots/test_durability.py",
        "test_where_the_last_counts_all_come_in_and_the_last_one_is_counted",
    ),
    "hacen falta también seis cifras": (
        "journeys/test_ballots_traces.py",
        "test_whoever_finds_the_code_of_a_card_cannot_change_its_vote",
    ),
    "Cuenta un solo voto por código": (
        "ballots/test_durability.py",
        "test_of_thirty_two_ballots_of_one_code_exactly_one_comes_in",
    ),
    "Su celular cifra el voto antes de enviarlo": (
        "journeys/test_ballots_voter.py",
        "test_a_voter_goes_from_the_card_to_the_tracker_and_finds_the_ballot",
    ),
    "Con otro celular puede comprobar que el suyo cifra": (
        "journeys/test_ballots_challenge.py",
        "test_a_phone_that_encrypts_something_else_is_found_out",
    ),
    "cualquiera puede recontarlas": (
        COUNTING,
        "test_who_opens_another_number_than_the_total_is_refused_by_name",
    ),
    "Ninguna página muestra resultados antes del final": (
        "ballots/public/test_results_views.py",
        "test_nothing_is_told_before_the_end",
    ),
    "exige dos personas": (
        "ballots/lifecycle/test_two_person.py",
        "test_two_accounts_that_may_be_one_person_do_not_open_a_box",
    ),
    "no se abre": (
        "ballots/public/test_promises.py",
        "test_the_promise_is_what_happens_with_few_votes",
    ),
    "El papel se cuenta a mano, entre dos personas": (
        "ballots/lifecycle/test_paper.py",
        "test_the_count_of_a_box_waits_for_its_paper",
    ),
    "Con esos datos no se llega a su papeleta": (
        "ballots/public/test_casting_views.py",
        "test_nothing_leads_from_a_slip_to_a_ballot",
    ),
    "de ningún grupo de menos de": (
        "ballots/voting/test_voter_details.py",
        "test_turnout_is_told_only_in_groups_that_nobody_can_be_seen_in",
    ),
    "Los datos sensibles necesitan su permiso": (
        "ballots/voting/test_voter_details.py",
        "test_sensitive_answers_without_consent_are_refused_when_they_come",
    ),
}


def promised() -> set[str]:
    """Every sentence that any configuration promises, but for the rule about few votes."""
    unsigned = {"key_holders": tuple(replace(one, key="") for one in OUTSIDE["key_holders"])}
    unvouched = {"vouchers": ()}
    rules = [
        *COMBINATIONS,
        *(replace(one, **unsigned) for one in COMBINATIONS if one.kind is VERIFIABLE),
        *(replace(one, **unvouched) for one in COMBINATIONS if one.kind is VERIFIABLE),
        *(
            replace(one, ending=ending)
            for one in COMBINATIONS
            for ending in Ending
            if one.kind is BoxKind.OPEN
        ),
        *(replace(one, needed=2) for one in COMBINATIONS if one.kind is VERIFIABLE),
        *(replace(one, minimum_rule="Con menos de 10 no se abre nada.") for one in COMBINATIONS),
    ]
    return {one.sentence for rule in rules for one in promises.promises_of(rule) if one.is_kept}


VERIFIABLE = BoxKind.VERIFIABLE


def test_each_promise_is_attacked_by_a_test_that_exists():
    unattacked = [
        sentence for sentence in promised() if not any(part in sentence for part in ATTACKS)
    ]
    assert unattacked == []
    missing = [
        f"{file}::{name}"
        for file, name in ATTACKS.values()
        if f"def {name}(" not in (TESTS / file).read_text(encoding="utf-8")
    ]
    assert missing == []


def test_no_attack_is_left_of_a_promise_that_nobody_makes_any_more():
    sentences = promised()
    assert [part for part in ATTACKS if not any(part in one for one in sentences)] == []
