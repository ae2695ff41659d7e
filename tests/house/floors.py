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
    "channels": 4,
    "cases": 4,
    "formats": 5,
    "groups": 5,
    "surveys": 6,
    "events": 7,
    "topics": 8,
    "ballots": 8,
    "attendance": 8,
    "listening": 8,
    "outreach": 8,
    "exports": 9,
    "pages": 9,
    "app": 10,
    "bootstrap": 11,
    "__main__": 12,
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
