"""No act of the staff ends in silence: the page that follows says what was done."""

import pytest

# Where the answer is itself what was asked for.
ANSWERED = {
    "ballots_cards.make": "the cards",
    "ballots_staff.export": "a file",
    "plan_import.review": "the page of the result",
    "plan_import.start": "the page of the review",
    "staff_account.confirm": "the page that asked for the password",
    "staff_account.recovery_codes": "the codes",
    "staff_audit.export": "a file",
    "topics_moderation.answer_question": "the case, at its new address",
    "topics_staff.export": "a file",
    "topics_staff.preview": "the preview",
}
SIGNING_IN = "security."  # its pages have sentences of their own


@pytest.mark.one_engine
def test_every_act_of_the_staff_has_its_sentence(app):
    silent = set()
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        is_act = str(rule).startswith("/gestion") and "POST" in (rule.methods or ())
        is_told = hasattr(view, "done_sentence") or rule.endpoint.startswith(SIGNING_IN)
        if is_act and not is_told:
            silent.add(rule.endpoint)
    assert silent == set(ANSWERED), "give it @says(…), with the verb of its button"
