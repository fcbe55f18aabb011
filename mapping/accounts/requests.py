"""Reads request bodies: members by name and type, everything else refused in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from rest_framework.request import Request

from mapping.accounts.problems import Problem, bad_request


def body_of(request: Request) -> dict[str, Any]:
    """The members of the body; our parsers let nothing but an object through."""
    return request.data if isinstance(request.data, dict) else {}


def text_member(body: object, name: str, *, required: bool = True, longest: int = 20_000) -> str:
    """A string of the body; '' where it is missing and may be.

    Raises:
        Problem: 400, it is missing, too long or not a string.
    """
    value = _member(body, name)
    if value is None and not required:
        return ""
    if not isinstance(value, str) or len(value) > longest:
        raise bad_member(name)
    return value


def uuid_member(body: object, name: str) -> UUID:
    """A UUID of the body.

    Raises:
        Problem: 400, it is missing or not a UUID.
    """
    try:
        return UUID(text_member(body, name, longest=45))
    except ValueError as error:
        raise bad_member(name) from error


def choice_member(body: object, name: str, choices: list[str], default: str = "") -> str:
    """One of the choices.

    Raises:
        Problem: 400, it is something else.
    """
    value = _member(body, name, default)
    if value not in choices:
        raise bad_member(name, choices=choices)
    return str(value)


def _member(body: object, name: str, default: object = None) -> object:
    return body.get(name, default) if isinstance(body, Mapping) else default


def bad_member(name: str, **members: Any) -> Problem:
    """400: the member is missing or of a wrong kind."""
    detail = _("「%(name)s」が正しくありません。") % {"name": name}
    return bad_request("bad-member", detail, member=name, **members)
