"""What the OpenAPI document says of every operation, so that no view has to."""

from __future__ import annotations

from typing import Any

from mapping.accounts.schema import MEANINGS, PROBLEM_JSON

PROBLEM = {"$ref": "#/components/schemas/Problem"}


def add_refusals(result: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
    """Add the refusals that any operation can meet: what the asker may not see or can't be read.

    A hook of drf-spectacular; what a view documents itself stays as it is.
    """
    for operations in result["paths"].values():
        for operation in operations.values():
            for status in _statuses_of(operation):
                refusal = {
                    "content": {PROBLEM_JSON: {"schema": PROBLEM}},
                    "description": MEANINGS[status],
                }
                operation["responses"].setdefault(str(status), refusal)
    return result


def _statuses_of(operation: dict[str, Any]) -> list[int]:
    places = {parameter["in"] for parameter in operation.get("parameters", [])}
    names = {parameter["name"] for parameter in operation.get("parameters", [])}
    found = [503]
    found += [400] if "query" in places else []
    found += [403] if "basis" in names else []
    found += [404] if "path" in places else []
    return found
