"""Parts of the OpenAPI document that every room shares."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiResponse, inline_serializer
from rest_framework import serializers

PROBLEM_JSON = "application/problem+json"
MEANINGS = {
    400: "the request can't be read",
    403: "not allowed to this person or in this phase",
    404: "not there, or not for this person",
    409: "contradicts what is stored",
    410: "its author withdrew it",
    413: "the body is too large",
    415: "neither application/json nor application/geo+json",
    422: "can't be taken as it is",
    429: "too often; Retry-After says how long to wait",
    503: "the database is away; Retry-After says how long to wait",
}


class ProblemSerializer(serializers.Serializer):
    """RFC 9457 problem details; more members by `type`."""

    type = serializers.CharField(help_text="/problems/<code>")
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField(required=False)
    instance = serializers.CharField(required=False)


def refusals(*statuses: int) -> dict[Any, OpenApiResponse]:
    """Responses with these statuses as problem details."""
    return {
        (status, PROBLEM_JSON): OpenApiResponse(ProblemSerializer, MEANINGS[status])
        for status in sorted({*statuses, 503})
    }


#: What any request with a body may meet.
WRITE_REFUSALS = (400, 403, 404, 413, 415, 422, 429)


def listed(item: type[serializers.Serializer]) -> Any:
    """`{results, next}` of these items."""
    name = item.__name__.removesuffix("Serializer")
    return inline_serializer(
        f"{name}List",
        {
            "results": item(many=True),
            "next": serializers.CharField(allow_null=True, help_text="cursor of the next page"),
        },
    )
