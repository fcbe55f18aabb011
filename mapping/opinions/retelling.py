"""What the layers said at a voice, for somebody who reads another language than the project's.

Facts are stored with a voice in the project's language. The sentences of a layer may be there in
other languages too; then they are filled anew from the same features.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django.utils.translation import get_language

from layers.here import Fact, fact_of
from layers.models import Feature, Layer
from mapping.opinions.here import layers_of
from mapping.projects.models import Project


def in_readers_words(project: Project, properties: Sequence[str]) -> list[str]:
    """JSON objects with a member `here`, its facts in the active language.

    The texts come back as they are where that is the project's language; else two queries for all.
    """
    language = get_language() or project.language
    if language.split("-")[0] == project.language.split("-")[0] or not properties:
        return list(properties)
    voices = [json.loads(text) for text in properties]
    told = retold(project, [voice["here"] or [] for voice in voices], language)
    for voice, facts in zip(voices, told, strict=True):
        voice["here"] = facts
    return [json.dumps(voice, ensure_ascii=False) for voice in voices]


def retold(project: Project, voices: Sequence[list[Fact]], language: str) -> list[list[Fact]]:
    """The facts of each voice in a language; those whose layer or feature is gone stay as told."""
    layers = {layer.pk: layer for layer in layers_of(project)}
    wanted = {fact["feature_id"] for facts in voices for fact in facts}
    rows = Feature.objects.filter(pk__in=wanted).values_list("id", "layer_id", "name", "attributes")
    features = {row[0]: row for row in rows} if wanted else {}
    return [[_retold(fact, layers, features, language) for fact in facts] for facts in voices]


def _retold(fact: Fact, layers: dict[int, Layer], features: dict[int, Any], language: str) -> Fact:
    found = features.get(fact["feature_id"])
    layer = layers.get(found[1]) if found else None
    if found is None or layer is None:
        return fact
    return fact_of(layer, found[0], found[2], found[3], language)
