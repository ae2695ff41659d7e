"""`python3 -m participa`: the one program, which needs nothing but Python to begin."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - whoever starts it may have an older one
    sys.exit("participa necesita Python 3.11 o más nuevo. Este es %d.%d." % sys.version_info[:2])  # noqa: UP031

from participa.bootstrap import main

if __name__ == "__main__":
    main()
