"""What stands in the files of an order of cards."""

import csv
import io


def rows_in(body: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(body.decode("utf-8-sig")), delimiter=";"))


def codes_in(body: bytes) -> list[str]:
    return [row["codigo"] for row in rows_in(body)]
