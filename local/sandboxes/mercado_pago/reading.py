"""Reads JSON bodies strictly: what is not declared is refused, as Mercado Pago refuses names it does not know."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from werkzeug.wrappers import Request

from local.sandboxes.mercado_pago.errors import Cause, refused


def json_object(request: Request, *, may_be_empty: bool = False) -> dict[str, Any]:
    """The body with numbers as int or Decimal.

    Raises:
        Trouble: 400 for anything but a JSON object with the right content type.
    """
    raw = request.get_data()
    if not raw and may_be_empty:
        return {}
    if request.mimetype != "application/json":
        raise refused(Cause(1, f"Params Error: Content-Type {request.mimetype or 'missing'}, not application/json"))
    try:
        value = json.loads(raw, parse_float=Decimal)
    except (ValueError, RecursionError):
        raise refused(Cause(1, "Params Error: the body is not JSON")) from None
    if not isinstance(value, dict):
        raise refused(Cause(1, "Params Error: the body is not an object"))
    return value


class Findings:
    """Collects what is wrong with a body, each with the code of the reference."""

    def __init__(self) -> None:
        self.causes: list[Cause] = []

    def add(self, code: int, description: str) -> None:
        self.causes.append(Cause(code, description))

    def known(self, given: Mapping[str, Any], names: frozenset[str], at: str = "") -> None:
        """Refuses the names that are not among `names`."""
        for name in given:
            if name not in names:
                self.add(8, f"The name of the following parameters is wrong : [{at}{name}]")

    def object(self, given: Mapping[str, Any], name: str, names: frozenset[str], code: int, at: str = "") -> Any:
        """The object at `name`, an empty one when it is missing."""
        value = given.get(name, {})
        if not isinstance(value, dict):
            self.add(code, f"{at}{name} attribute is malformed")
            return {}
        self.known(value, names, f"{at}{name}.")
        return value

    def text(self, given: Mapping[str, Any], name: str, code: int, *, at: str = "", longest: int = 256) -> str | None:
        """The text at `name`, None when it is missing; blank, too long or no text at all is refused."""
        value = given.get(name)
        if value is None:
            return None
        if not isinstance(value, str) or not value.strip() or len(value) > longest:
            self.add(code, f"{at}{name} attribute must be a text of 1 to {longest} characters")
            return None
        return value

    def close(self) -> None:
        """
        Raises:
            Trouble: 400 when anything was found.
        """
        if self.causes:
            raise refused(*self.causes)
