"""The plan of the house: on which floor each package stands, and the rows inside a package.

A row is a tuple of names: modules of the package's folder, and folders in it. A module imports
from its own package only what stands in a row before its own; modules of one folder may import
one another, as long as they do not import in a circle. Whoever adds a module puts it in a row.
"""

FLOORS = {
    "belenios": 0,
    "config": 0,
    "core": 0,
    "staff": 1,
    "plan": 2,
    "citizens": 3,
    "cases": 4,
    "channels": 5,
    "formats": 6,
    "groups": 6,
    "surveys": 7,
    "events": 8,
    "topics": 9,
    "ballots": 9,
    "attendance": 9,
    "listening": 9,
    "outreach": 9,
    "exports": 10,
    "pages": 10,
    "app": 11,
    "bootstrap": 12,
    "__main__": 13,
}
# How a package of its own is built when it has no rows below: the usual names, from the cellar up.
USUAL = (
    ("models",),
    ("queries", "snapshots"),
    ("service", "forms", "measures", "inbox"),
    ("staff_forms", "example"),
    ("views", "staff_views", "cli"),
    ("channel",),
)
ROWS: dict[str, tuple[tuple[str, ...], ...]] = {}
