"""Services change, views commit, queries ask; the clock alone knows the time."""

import ast

from tests.house.source import Module, modules

# Who else ends a transaction, and why nobody could do it for them.
COMMITTERS = {
    "participa/core/db.py": "the session passes the commit of a view on to its connection",
    "participa/core/jobs/jobs.py": "a worker outside any request writes how far a job has come",
    "participa/attendance/certificates/mailing.py": "a worker stores letters piece by piece",
    "participa/cases/legal_calendar/outages.py": "a worker writes every minute that the site lives",
    "participa/ballots/voting/group_commit.py": "ballots of several requests share a commit",
    "participa/ballots/roll/card_files.py": "a worker makes batch after batch, each final",
    "participa/ballots/lifecycle/witnessing.py": "a worker marks one box after another",
    "participa/ballots/voting/second_vote.py": "a wrong try counts although its ballot is refused",
    "participa/core/jobs/mail.py": "a worker posts a letter and writes what became of it",
    "participa/listening/office/checks.py": "the worker stores what it found each morning",
    "participa/outreach/mailing.py": "a worker stores the letters of a call piece by piece",
    "participa/staff/waiting/daily_mail.py": "a worker stores one letter after another",
    "participa/surveys/unlinking.py": "what is written again is cleared after it is final",
}
ASKS_THE_REQUEST = {"request", "session", "g", "flash", "render_template", "abort", "redirect"}
TELLS_THE_TIME = {"now", "current_timestamp", "current_date", "current_time", "localtimestamp"}


def is_commit(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "commit"
    )


def commits(tree: ast.AST) -> list[int]:
    return [node.lineno for node in ast.walk(tree) if is_commit(node)]


def functions(module: Module) -> list[ast.FunctionDef]:
    return [node for node in ast.walk(module.tree) if isinstance(node, ast.FunctionDef)]


def test_only_views_and_commands_commit():
    wrong = [
        f"{module.where}:{line}"
        for module in modules()
        for line in commits(module.tree)
        if not (module.is_view or module.stem.endswith("cli") or module.where in COMMITTERS)
    ]
    assert wrong == [], "a service changes, and whoever called it decides when that is final"


def test_a_view_commits_when_all_is_done_and_then_answers():
    wrong = [
        f"{module.where}:{line} {function.name}"
        for module in modules()
        if module.is_view
        for function in functions(module)
        for line in commits(function)
        if not answers_after(function, line)
    ]
    assert wrong == [], "db.session.commit() stands on the line before the redirect"


def answers_after(function: ast.FunctionDef, line: int) -> bool:
    """Whether nothing but the answer is made after this line: no verb, no question, no commit."""
    told = []
    for node in sorted(statements(function), key=lambda node: node.lineno):
        if node.lineno > line:
            told.append(ast.unparse(node))
            if isinstance(node, ast.Return):
                break
    return not any(word in "\n".join(told) for word in ("db.session", "service.", "audit."))


def statements(function: ast.FunctionDef) -> list[ast.stmt]:
    """The simple ones; those that hold others are told by what they hold."""
    found = [node for node in ast.walk(function) if isinstance(node, ast.stmt)]
    return [node for node in found if not hasattr(node, "body")]


def test_views_are_plain_functions_of_their_module():
    wrong = [
        f"{module.where}:{node.lineno} {node.name}"
        for module in modules()
        if module.is_view
        for outer in functions(module)
        for node in ast.walk(outer)
        if isinstance(node, ast.FunctionDef) and node is not outer and node.decorator_list
    ]
    wrong += [
        f"{module.where}:{node.lineno} {node.name}"
        for module in modules()
        if module.is_view
        for node in module.tree.body
        if isinstance(node, ast.ClassDef)
    ]
    assert wrong == [], "no class-based views, and no views inside a function"


def test_models_queries_and_services_know_no_request():
    wrong = []
    for module in modules():
        if module.package == "core" or module.stem not in {"models", "queries", "service"}:
            continue
        for node in ast.walk(module.tree):
            if (
                isinstance(node, ast.ImportFrom)
                and (node.module or "").partition(".")[0] == "flask"
            ):
                names = {alias.name for alias in node.names} & ASKS_THE_REQUEST
                wrong += [f"{module.where}:{node.lineno} {name}" for name in sorted(names)]
    assert wrong == [], "it comes in as an argument, so that a command and a test can call it too"


def test_only_the_example_of_a_demonstration_stops_the_clock():
    wrong = [
        f"{module.where}:{node.lineno}"
        for module in modules()
        if module.stem not in {"clock", "example"}
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Attribute | ast.Name)
        and "stopped_at" in {getattr(node, "attr", ""), getattr(node, "id", "")}
    ]
    assert wrong == [], "what a city does happens now"


def test_the_database_does_not_tell_the_time():
    wrong = [
        f"{module.where}:{node.lineno}"
        for module in modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Attribute)
        and node.attr in TELLS_THE_TIME
        and isinstance(node.value, ast.Name)
        and node.value.id == "func"
    ]
    assert wrong == [], "clock.now() alone tells the time; a test may move it"


# Functions that take `by` and change nothing, or whose callers write the entry, and why.
TRACELESS = {
    "participa/channels/moderation.py": "returns what the channel writes into the trail",
    "participa/channels/exports.py": "the channel notes the export before it starts the job",
    "participa/ballots/results/counting.py": "two_person records who confirmed the count",
}


def test_a_staff_verb_that_says_who_did_it_leaves_a_trace():
    """A function that takes `by` records the act, itself or through a function that does."""
    told = {f.name for m in modules() for f in functions(m) if "audit.record" in ast.unparse(f)}
    told |= {f.name for m in modules() for f in functions(m) if calls(f) & told}
    wrong = [
        f"{module.where}:{function.lineno} {function.name}"
        for module in modules()
        if not module.is_view and module.stem not in {"cli", "example"}
        if module.where not in TRACELESS
        for function in functions(module)
        if takes_by(function) and function.name not in told and not calls(function) & told
    ]
    assert wrong == [], "every staff act leaves an audit entry in the same transaction"


def takes_by(function: ast.FunctionDef) -> bool:
    arguments = [*function.args.args, *function.args.kwonlyargs]
    return not function.name.startswith("_") and any(one.arg == "by" for one in arguments)


def calls(function: ast.FunctionDef) -> set[str]:
    """The names of what it calls, by themselves or of another module."""
    found = [node.func for node in ast.walk(function) if isinstance(node, ast.Call)]
    names = {name.id for name in found if isinstance(name, ast.Name)}
    return names | {name.attr for name in found if isinstance(name, ast.Attribute)}
