"""Refusals that every room raises and `config.problems` turns into RFC 9457 problem details."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

BASE_MEMBERS = ("type", "title", "status", "detail", "instance")


class Problem(Exception):  # noqa: N818 (RFC 9457 names it so)
    """A refusal with a status, a code for programs and words for people.

    Attributes:
        status: HTTP status, 400 to 599.
        code: kebab-case name, stable for ever, e.g. "outside-area"; `type` is `/problems/<code>`.
        title: a few words, in the reader's language.
        detail: what to do about it, in the reader's language; may be empty.
        members: further members of the reply, such as `distance_m`.
        headers: further HTTP headers of the reply.
    """

    def __init__(
        self, status: int, code: str, title: Any, detail: Any = "", **members: Any
    ) -> None:
        super().__init__(f"{status} {code}")
        self.status = status
        self.code = code
        self.title = title
        self.detail = detail
        self.members = members
        self.headers: dict[str, str] = {}

    def with_headers(self, headers: Mapping[str, str]) -> Problem:
        """The same problem, with HTTP headers for its reply."""
        self.headers |= headers
        return self

    def as_dict(self, instance: str = "") -> dict[str, Any]:
        """Members of the reply; `instance` is the path that was asked for."""
        extra = {name: value for name, value in self.members.items() if name not in BASE_MEMBERS}
        body = {
            "type": f"/problems/{self.code}",
            "title": str(self.title),
            "status": self.status,
            "detail": str(self.detail),
            "instance": instance,
        }
        return {name: value for name, value in body.items() if value != ""} | extra


def bad_request(code: str, detail: Any = "", **members: Any) -> Problem:
    """400: the request can't be read."""
    return Problem(400, code, _("リクエストを読み取れません"), detail, **members)


def unprocessable(code: str, title: Any, detail: Any = "", **members: Any) -> Problem:
    """422: readable, but it can't be taken as it is."""
    return Problem(422, code, title, detail, **members)


def not_found(detail: Any = "") -> Problem:
    """404: it isn't there, or not for this person."""
    return Problem(404, "not-found", _("見つかりません"), detail)


def forbidden(detail: Any = "", code: str = "forbidden") -> Problem:
    """403: it is there, and this person may not do that."""
    return Problem(403, code, _("この操作はできません"), detail)


def gone(detail: Any = "") -> Problem:
    """410: its author withdrew it."""
    return Problem(410, "gone", _("取り下げられました"), detail)


def conflict(code: str, title: Any, detail: Any = "", **members: Any) -> Problem:
    """409: it contradicts what is stored."""
    return Problem(409, code, title, detail, **members)


def too_often(retry_after: int) -> Problem:
    """429: wait `retry_after` seconds."""
    problem = Problem(
        429,
        "too-often",
        _("回数が多すぎます"),
        _("短い時間にたくさん送られました。しばらく待ってから、もう一度お試しください。"),
        retry_after=retry_after,
    )
    return problem.with_headers({"Retry-After": str(retry_after)})


def unavailable(retry_after: int = 5) -> Problem:
    """503: the database can't be reached just now; nothing that was acknowledged is lost."""
    problem = Problem(
        503,
        "unavailable",
        _("ただいま利用できません"),
        _("しばらく待ってから、もう一度お試しください。書いたものは失われません。"),
        retry_after=retry_after,
    )
    return problem.with_headers({"Retry-After": str(retry_after)})
