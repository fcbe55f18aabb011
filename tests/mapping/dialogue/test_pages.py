"""The page of one voice, as a browser without scripts gets it."""

from __future__ import annotations

import uuid

import pytest

from mapping.dialogue.models import Comment, Flag
from mapping.opinions.models import Opinion
from mapping.opinions.writing import erase, withdraw
from mapping.projects.models import Project
from tests.factories import OpinionFactory
from tests.people import Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def voice(project: Project) -> Opinion:
    """A voice by the station."""
    return OpinionFactory(project=project, category=project.categories.first())


def say(person: Person, voice: Opinion, action: str, **fields: str):
    """Send one of the page's forms."""
    return person.web.post(voice.get_absolute_url(), {"action": action, **fields})


class TestReading:
    def test_a_stranger_reads_text_place_and_replies(
        self, stranger: Person, resident: Person, voice: Opinion
    ):
        say(resident, voice, "reply", text="うちもです", client_id=str(uuid.uuid4()))
        page = stranger.get(voice.get_absolute_url()).content.decode()
        for words in (voice.text, "焼津第1自治会", "うちもです", 'property="og:description"'):
            assert words in page

    def test_it_has_one_address_whatever_part_of_it_is_read(self, stranger: Person, voice: Opinion):
        page = stranger.get(f"{voice.get_absolute_url()}?cursor=x").content.decode()
        address = voice.get_absolute_url()
        assert f'<meta property="og:url" content="http://testserver{address}">' in page
        assert f'<link rel="canonical" href="{address}">' in page

    def test_a_withdrawn_voice_is_gone_and_its_replies_stay(
        self, stranger: Person, resident: Person, voice: Opinion
    ):
        text = voice.text
        say(resident, voice, "reply", text="うちもです", client_id=str(uuid.uuid4()))
        withdraw(voice)
        answer = stranger.get(voice.get_absolute_url())
        page = answer.content.decode()
        assert answer.status_code == 410
        assert "うちもです" in page
        assert text not in page

    def test_an_erased_voice_is_gone_on_its_page_as_in_the_api(
        self, stranger: Person, planner: Person, voice: Opinion
    ):
        erase(voice, planner.user, "本人の請求")
        assert stranger.get(voice.get_absolute_url()).status_code == 410
        assert stranger.get(f"/api/v1{voice.get_absolute_url()}").status_code == 410

    def test_a_hidden_voice_is_not_there_for_strangers(
        self, stranger: Person, moderator: Person, voice: Opinion
    ):
        say(moderator, voice, "hide", reason="個人の名前")
        assert stranger.get(voice.get_absolute_url()).status_code == 404
        assert moderator.get(voice.get_absolute_url()).status_code == 200

    def test_a_voice_is_looked_for_in_its_own_project_only(self, stranger: Person, voice: Opinion):
        assert stranger.get(f"/projects/hoka/opinions/{voice.pk}/").status_code == 404


class TestForms:
    def test_a_resident_supports_and_takes_it_back(self, resident: Person, voice: Opinion):
        say(resident, voice, "support")
        voice.refresh_from_db()
        assert voice.support_count == 1
        say(resident, voice, "unsupport")
        voice.refresh_from_db()
        assert voice.support_count == 0

    def test_a_reply_sent_twice_is_stored_once(self, resident: Person, voice: Opinion):
        client_id = str(uuid.uuid4())
        for _ in range(2):
            say(resident, voice, "reply", text="うちもです", client_id=client_id)
        assert Comment.objects.count() == 1

    def test_an_empty_reply_is_refused_in_words(self, resident: Person, voice: Opinion):
        answer = say(resident, voice, "reply", text="  ", client_id=str(uuid.uuid4()))
        assert answer.status_code == 422
        assert "ひとこと書いてください" in answer.content.decode()

    def test_a_reader_flags(self, stranger: Person, voice: Opinion):
        say(stranger, voice, "flag", reason="rude", note="ひどい")
        assert Flag.objects.get().reason == "rude"

    def test_a_stranger_cannot_hide(self, stranger: Person, voice: Opinion):
        assert say(stranger, voice, "hide", reason="いや").status_code == 422
        voice.refresh_from_db()
        assert voice.state == "published"

    def test_the_staff_hides_and_restores_with_a_reason(self, moderator: Person, voice: Opinion):
        say(moderator, voice, "hide", reason="個人の名前")
        say(moderator, voice, "restore", reason="名前を消した")
        voice.refresh_from_db()
        assert voice.state == "published"
        reasons = list(voice.state_changes.values_list("reason", flat=True))
        assert reasons[-2:] == ["個人の名前", "名前を消した"]

    def test_a_deed_that_nobody_knows_does_nothing(self, resident: Person, voice: Opinion):
        assert say(resident, voice, "erase").status_code == 422


class TestFlags:
    def test_the_staff_reads_flags_on_the_page_until_it_has_decided(
        self, resident: Person, viewer: Person, moderator: Person, voice: Opinion
    ):
        say(resident, voice, "flag", reason="personal", note="電話番号が<b>見えます</b>")
        for reader in (resident, viewer):
            assert "電話番号" not in reader.get(voice.get_absolute_url()).content.decode()
        page = moderator.get(voice.get_absolute_url()).content.decode()
        assert "電話番号が&lt;b&gt;見えます" in page

        say(moderator, voice, "hide", reason="個人の情報")
        assert "電話番号" not in moderator.get(voice.get_absolute_url()).content.decode()
        assert Flag.objects.get().resolved_at is not None


@pytest.mark.parametrize("visibility", ["unlisted", "public"])
def test_what_only_who_knows_the_link_may_find_is_kept_from_search_engines(
    stranger: Person, voice: Opinion, visibility: str
):
    voice.project.visibility = visibility
    voice.project.save()
    for address in (voice.get_absolute_url(), voice.project.get_absolute_url()):
        page = stranger.get(address).content.decode()
        assert ('content="noindex"' in page) == (visibility == "unlisted")
