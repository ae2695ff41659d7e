"""How a test sends a form of the staff: with the token of its page."""

from typing import Any

from tests.visitor import field


def send(visitor: Any, address: str, page: str = "", **values: Any) -> Any:
    """Send a form of a page, which is that of the address if no other is said."""
    token = field(visitor.get(page or address), "csrf_token")
    return visitor.post(address, data={"csrf_token": token} | values)
