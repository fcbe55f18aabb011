"""A voice to talk about."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from mapping.opinions.models import Opinion
from mapping.projects.models import Project
from tests.factories import OpinionFactory


@pytest.fixture
def voice(project: Project) -> Opinion:
    """A published voice by the station."""
    return OpinionFactory(project=project)


def address(voice: Opinion, rest: str = "") -> str:
    """Where the API has the voice."""
    return f"projects/{voice.project.slug}/opinions/{voice.pk}/{rest}"


def reply_body(text: str = "わたしもそう思います。", **more: Any) -> dict[str, Any]:
    """A reply as the phone sends it."""
    return {"text": text, "client_id": str(uuid.uuid4())} | more
