"""The endpoints that anybody may use without an account. Whoever adds one, opens a door."""

PUBLIC = {
    "assets.static_file": "styles, scripts and pictures",
    "health.policy_report": "what browsers tell of pages that break the content policy",
    "health.ready": "whether this process may receive visitors",
    "health.status": "the checks of a monitor",
    "links.resolve": "what a printed QR opens",
    "plan.action": "an action of the plan with its tasks",
    "plan.action_file": "the same, as a file",
    "plan.annual_report": "the plan of a year with what came of it",
    "plan.board": "the plan with its indicators",
    "plan.board_file": "the same, as a file",
    "plan.proof": "a file of an approved progress report",
    "plan.task": "a task with the evidence that was counted",
    "plan.task_file": "the same, as a file",
}
