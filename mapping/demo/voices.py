"""Writes the demo's voices in bulk, through the same public geometry, placements and log."""

from __future__ import annotations

import json
import random
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.contrib.gis.geos import GEOSGeometry
from django.utils import timezone

from mapping.accounts.models import Participant
from mapping.demo.readers import Voice
from mapping.dialogue.models import Comment, Support
from mapping.opinions.models import Opinion
from mapping.opinions.states import State
from mapping.opinions.words import clean_text
from mapping.opinions.writing import save_many
from mapping.projects.models import Project

BATCH = 1000
NAMESPACE = uuid.UUID("6d1f1f0e-6a5e-5c1c-9f0a-3b6c5f0a7e11")
# People who only agree with others are numbered apart from those who speak.
SUPPORTER = "supporter-{}"
SUPPORT_DAYS = 21


@dataclass(frozen=True)
class Written:
    """How much was written."""

    voices: int
    replies: int
    supports: int


def write_voices(
    project: Project, voices: Sequence[Voice], source: str, told: Callable[[str], None]
) -> Written:
    """Store voices with their speakers, replies and supports.

    Args:
        project: whose voices they are; its phases, categories and layers stand.
        voices: what the source tells.
        source: Opinion.Source.
        told: receives a line of progress.
    """
    people = _make_people(voices)
    categories = {category.slug: category for category in project.categories.all()}
    opinions = []
    for start in range(0, len(voices), BATCH):
        batch = []
        for voice in voices[start : start + BATCH]:
            opinion = _opinion_of(project, voice, source)
            opinion.category = categories[voice.category]
            opinion.participant = people.get(voice.person)
            batch.append(opinion)
        opinions += save_many(batch, project)
        told(f"    {len(opinions):>5}/{len(voices)} voices")
    replies = _write_replies(project, voices, opinions, people)
    supports = _write_supports(voices, opinions, people)
    return Written(len(opinions), replies, supports)


def _opinion_of(project: Project, voice: Voice, source: str) -> Opinion:
    return Opinion(
        project=project,
        phase=project.phase_at(voice.at),
        client_id=_number(project, voice.id),
        text=clean_text(voice.text),
        language=voice.language,
        answers=voice.answers,
        context=voice.context,
        geometry=GEOSGeometry(json.dumps(voice.geometry), srid=4326),
        state=State.PUBLISHED,
        source=source,
        support_count=voice.supports,
        comment_count=len(voice.replies),
        created_at=voice.at,
    )


def _number(project: Project, name: str) -> uuid.UUID:
    """The same number for the same row at each loading."""
    return uuid.uuid5(NAMESPACE, f"{project.slug}:{name}")


def _make_people(voices: Iterable[Voice]) -> dict[str, Participant]:
    """Speakers without a device key: nobody can ever act as one of them."""
    names: dict[str, None] = {}
    most = 0
    for voice in voices:
        names |= dict.fromkeys([voice.person, *(reply.person for reply in voice.replies)])
        most = max(most, voice.supports)
    names |= dict.fromkeys(SUPPORTER.format(number) for number in range(most))
    names.pop("", None)
    made = Participant.objects.bulk_create(Participant() for _name in names)
    return dict(zip(names, made, strict=True))


def _write_replies(
    project: Project,
    voices: Sequence[Voice],
    opinions: Sequence[Opinion],
    people: dict[str, Participant],
) -> int:
    comments = [
        Comment(
            opinion=opinion,
            participant=people[reply.person],
            client_id=_number(project, f"{voice.id}/{place_in_thread}"),
            text=clean_text(reply.text),
            language=voice.language,
            created_at=reply.at,
        )
        for voice, opinion in zip(voices, opinions, strict=True)
        for place_in_thread, reply in enumerate(voice.replies)
    ]
    return len(Comment.objects.bulk_create(comments))


def _write_supports(
    voices: Sequence[Voice], opinions: Sequence[Opinion], people: dict[str, Participant]
) -> int:
    """As many supports as the voice tells of, from different people, in the weeks after it."""
    rng = random.Random(20260401)  # noqa: S311 - the same made-up crowd at each loading
    now = timezone.now()
    supports = []
    for voice, opinion in zip(voices, opinions, strict=True):
        crowd = [name for name in people if name != voice.person]
        for name in rng.sample(crowd, voice.supports):
            at = voice.at + timedelta(days=rng.random() * SUPPORT_DAYS)
            supports.append(
                Support(participant=people[name], opinion=opinion, created_at=min(at, now))
            )
    return len(Support.objects.bulk_create(supports, batch_size=BATCH))
