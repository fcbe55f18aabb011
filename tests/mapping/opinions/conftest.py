"""What tests of voices share."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from tests.places import STATION, pin


def voice_feature(geometry: Any = None, **properties: Any) -> dict[str, Any]:
    """A Feature as the phone sends it: a pin at the station with text and category."""
    given = {"client_id": str(uuid.uuid4()), "text": "街灯がほしいです", "category": "walk"}
    return {
        "type": "Feature",
        "geometry": geometry or pin(*STATION),
        "properties": given | properties,
    }


@pytest.fixture
def said() -> Any:
    """`said(geometry, text=…)`: a Feature to post."""
    return voice_feature
