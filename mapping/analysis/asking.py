"""What every analysis request has in common: project, filter, basis, caching."""

from __future__ import annotations

import hashlib
import json
from typing import Any, cast

from rest_framework.request import Request
from rest_framework.response import Response

from mapping.accounts.actors import Actor, actor_of
from mapping.accounts.models import User
from mapping.opinions.filters import OpinionFilter
from mapping.opinions.models import Basis, ExactRead, Opinion
from mapping.opinions.querysets import OpinionQuerySet
from mapping.projects.api import find_project
from mapping.projects.models import Project

MAX_AGE_SECONDS = 30


class Question:
    """A reader's question to one project: who asks, which voices, on which basis.

    Only published voices are counted, whoever asks. The exact basis needs the right to see exact
    places and leaves a trace.

    Raises:
        Problem: 404 unknown or unseen project, 400 bad filter, 403 exact basis without the right.
    """

    def __init__(self, request: Request, slug: str) -> None:
        self.request = request
        self.actor: Actor = actor_of(request)
        self.project: Project = find_project(request, slug)
        self.filter = OpinionFilter.from_query(request.GET, self.project, self.actor)
        self.basis: str = self.filter.basis
        if self.basis == Basis.EXACT:
            self._leave_trace()

    @property
    def opinions(self) -> OpinionQuerySet:
        """The published voices of the project that the filter lets through."""
        return self.filter.apply(Opinion.objects.in_project(self.project).published())

    def reply(self, data: dict[str, Any]) -> Response:
        """The reply with an ETag of its content, good for half a minute."""
        response = Response(data)
        digest = hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()[:32]
        response["ETag"] = f'"{digest}"'
        who = "private" if self.basis == Basis.EXACT else "public"
        response["Cache-Control"] = f"{who}, max-age={MAX_AGE_SECONDS}"
        return response

    def _leave_trace(self) -> None:
        what = f"{self.request.path}?{self.filter.query}"[:200]
        ExactRead.objects.create(user=cast(User, self.actor.user), project=self.project, what=what)
