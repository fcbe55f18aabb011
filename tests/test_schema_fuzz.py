"""Whatever is sent to the API, it answers as its OpenAPI document says, and never with 500.

Schemathesis makes the requests from the document: valid ones, broken ones, and each limit by turn.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core import signals
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks

from mapping.opinions.models import Opinion
from tests.factories import OpinionFactory, make_layer, make_project
from tests.people import Person
from tests.places import AREA

SLUG = "fuzz"
VOICES = (901, 902)
REPLY = 903
# Far from the numbers that the sequences of a long test run reach.
TOWNS, TOWN = 904_000_001, 904_000_002
CHOSEN = {
    "by": [TOWNS],
    "rows": [f"{TOWNS}", f"{TOWNS}:name"],
    "in": [f"{TOWNS}:{TOWN}", f"{TOWNS}:outside"],
}


def broken_requests_are_refused(ctx: Any, response: Any, case: schemathesis.Case) -> bool | None:
    """What breaks the document's schema is refused; an empty query parameter is like none."""
    if "" in (case.query or {}).values():
        return None
    return checks.negative_data_rejection(ctx, response, case)


CHECKS = (
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    broken_requests_are_refused,
    checks.unsupported_method,
    checks.allow_header_conformance,
    checks.missing_required_header,
    checks.use_after_free,
    checks.ensure_resource_availability,
)
FEW = settings(
    max_examples=15,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)


def document() -> dict[str, Any]:
    """The OpenAPI document; what its parameters name is what the test makes, so that most requests
    get past "not found"."""
    made = SchemaGenerator().get_schema(request=None, public=True)
    known = {"slug": [SLUG], "id": list(VOICES), "comment": [REPLY]}
    for path, operations in made["paths"].items():
        for operation in operations.values():
            for parameter in operation.get("parameters", []):
                if parameter["in"] == "path" and "/layers/" not in path:
                    parameter["schema"] |= {"enum": known[parameter["name"]]}
                if parameter["in"] == "query" and parameter["name"] in CHOSEN:
                    parameter["schema"] |= {"enum": CHOSEN[parameter["name"]]}
    return made


schema = schemathesis.openapi.from_dict(document())
schema.app = get_wsgi_application()


@pytest.fixture
def one_transaction(db: None) -> Iterator[None]:
    """Keep the test's own connection open between requests, as Django's test client does."""
    requests = (signals.request_started, signals.request_finished)
    for moment in requests:
        moment.disconnect(close_old_connections)
    yield
    for moment in requests:
        moment.connect(close_old_connections)


@pytest.fixture
def spoken(one_transaction: None) -> Opinion:
    """A project with two voices, a reply and a district, under the numbers of the document."""
    from mapping.dialogue.models import Comment

    project = make_project("ideas", slug=SLUG)
    layer = make_layer(project, "まち", {"駅前": AREA}, pk=TOWNS)
    layer.features.update(id=TOWN)
    first, __ = (OpinionFactory(project=project, pk=pk) for pk in VOICES)
    Comment.objects.create(pk=REPLY, opinion=first, client_id="0" * 32, text="そうですね")
    return first


@schema.parametrize()
@FEW
def test_a_stranger_cannot_break_the_api(case: schemathesis.Case, spoken: Opinion) -> None:
    case.call_and_validate(checks=CHECKS)


@schema.parametrize()
@settings(FEW, max_examples=5)
def test_a_planner_cannot_break_the_api(
    case: schemathesis.Case, spoken: Opinion, planner: Person
) -> None:
    session = planner.web.cookies["sessionid"].value
    token = "a" * 32
    case.call_and_validate(
        checks=CHECKS,
        headers={"Origin": "http://localhost", "X-CSRFToken": token},
        cookies={"sessionid": session, "csrftoken": token},
    )
