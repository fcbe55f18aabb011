"""The manage link: the author's own door to one voice, for half an hour at a time."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from mapping.accounts.models import new_key
from mapping.opinions import writing
from mapping.opinions.models import Opinion
from mapping.opinions.states import State
from mapping.projects.models import Project
from tests.factories import OpinionFactory
from tests.people import Person

from .conftest import voice_feature


def address(project: Project, more: str = "") -> str:
    """Address of the project's voices."""
    return f"projects/{project.slug}/opinions/{more}"


class TestManageLink:
    """The author's own door."""

    @pytest.fixture
    def voice(self, resident: Person, project: Project) -> tuple[int, str]:
        """A voice and its key."""
        key = new_key()
        made = resident.post(
            address(project),
            voice_feature(manage_key=key, context={"accuracy": 5}),
        )
        return made.json()["id"], key

    def test_the_key_opens_that_voice_only(
        self, stranger: Person, voice: tuple[int, str], project: Project
    ) -> None:
        pk, key = voice
        other = OpinionFactory(project=project)
        assert stranger.get("voice/").status_code == 403
        assert stranger.post("voice/session/", {"key": key}).status_code == 204
        body = stranger.get("voice/").json()
        assert body["id"] == pk and body["can"] == {"edit": True, "withdraw": True}
        stranger.delete("voice/")
        other.refresh_from_db()
        assert other.state == State.PUBLISHED

    def test_rewording(self, stranger: Person, voice: tuple[int, str]) -> None:
        pk, key = voice
        stranger.post("voice/session/", {"key": key})
        changed = stranger.patch("voice/", {"text": "ＢＥＮＣＨもほしい"})
        assert changed.json()["properties"]["text"] == "ＢＥＮＣＨもほしい"
        stored = Opinion.objects.get(pk=pk)
        assert stored.search_text == "benchもほしい"
        assert stored.state_changes.last().by_author

    def test_withdrawing_deletes_everything_that_was_said(
        self, stranger: Person, resident: Person, voice: tuple[int, str], project: Project
    ) -> None:
        pk, key = voice
        stranger.post("voice/session/", {"key": key})
        assert stranger.delete("voice/").status_code == 204
        stored = Opinion.objects.get(pk=pk)
        assert (stored.text, stored.search_text, stored.body_hash) == ("", "", "")
        assert (stored.geometry, stored.public_geometry, stored.anchor) == (None, None, None)
        assert (stored.context, stored.answers, stored.here) == ({}, {}, [])
        assert not stored.placements.exists()
        assert resident.get(address(project, f"{pk}/")).status_code == 410
        assert stranger.get("voice/").status_code == 403
        assert stranger.post("voice/session/", {"key": key}).status_code == 410

    def test_the_session_ends_after_half_an_hour(
        self, stranger: Person, voice: tuple[int, str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        stranger.post("voice/session/", {"key": voice[1]})
        now = time.time()
        monkeypatch.setattr("mapping.opinions.managing.time.time", lambda: now + 30 * 60 + 1)
        assert stranger.get("voice/").status_code == 403

    def test_guessing_keys_is_limited(
        self, resident: Person, voice: tuple[int, str], settings: Any
    ) -> None:
        settings.RATE_LIMITS = {**settings.RATE_LIMITS, "manage": (3, 3600)}
        tries = [resident.post("voice/session/", {"key": new_key()}).status_code for _ in range(3)]
        assert tries == [404, 404, 404]
        assert resident.post("voice/session/", {"key": voice[1]}).status_code == 429

    def test_rewording_without_end_is_limited(
        self, stranger: Person, voice: tuple[int, str], settings: Any
    ) -> None:
        settings.RATE_LIMITS = {**settings.RATE_LIMITS, "opinion": (2, 3600)}
        settings.RATE_LIMIT_ADDRESS_FACTOR = 1
        pk, key = voice
        stranger.post("voice/session/", {"key": key})
        tries = [stranger.patch("voice/", {"text": f"{n}回目"}).status_code for n in range(3)]
        assert tries[-1] == 429
        form = {"action": "edit", "text": "ページから"}
        assert stranger.web.post("/voice/", form).status_code == 422
        assert Opinion.objects.get(pk=pk).text != "ページから"
        assert stranger.delete("voice/").status_code == 204

    def test_new_words_wait_where_the_staff_reads_first(
        self, stranger: Person, voice: tuple[int, str], project: Project
    ) -> None:
        pk, key = voice
        project.moderation = Project.Moderation.PRE
        project.save()
        stranger.post("voice/session/", {"key": key})
        body = stranger.patch("voice/", {"text": "だれも読んでいないことば"}).json()
        assert body["properties"]["state"] == "waiting"
        assert Person().get(address(project, f"{pk}/")).status_code == 404
        log = Opinion.objects.get(pk=pk).state_changes.last()
        assert (log.before, log.after) == ("published", "waiting")

    def test_an_empty_key_opens_nothing(self, stranger: Person, project: Project) -> None:
        OpinionFactory(project=project, manage_key_hash="")
        assert stranger.post("voice/session/", {"key": ""}).status_code == 404

    def test_after_the_phase_only_withdrawing_is_left(
        self, stranger: Person, voice: tuple[int, str], project: Project
    ) -> None:
        stranger.post("voice/session/", {"key": voice[1]})
        project.phases.update(ends_at=timezone.now() - timedelta(minutes=1))
        assert stranger.patch("voice/", {"text": "あとから"}).status_code == 403
        assert stranger.delete("voice/").status_code == 204

    def test_the_author_reads_why_a_voice_is_hidden(
        self, stranger: Person, moderator: Person, voice: tuple[int, str]
    ) -> None:
        pk, key = voice
        writing.hide(Opinion.objects.get(pk=pk), moderator.user, "電話番号が書かれているため")
        stranger.post("voice/session/", {"key": key})
        body = stranger.get("voice/").json()
        assert body["reason"] == "電話番号が書かれているため"
        assert stranger.patch("voice/", {"text": "なおした"}).status_code == 403
