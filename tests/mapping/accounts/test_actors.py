"""Who is asking: residents by their device, staff by their account, nobody across projects."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import path

from mapping.accounts.actors import DEVICE_COOKIE, Actor, ActorMiddleware
from mapping.accounts.models import Participant, Role, User, hash_key, pseudonym
from tests.factories import MembershipFactory, OrganisationFactory, ParticipantFactory
from tests.people import Person

pytestmark = pytest.mark.django_db


def speak(request: Any) -> HttpResponse:
    """A view in which the device speaks."""
    request.actor.speak()
    return HttpResponse("spoken")


urlpatterns = [path("speak", speak)]


def test_a_stranger_is_nobody_and_leaves_no_row(stranger: Person) -> None:
    assert stranger.actor.participant is None
    assert stranger.actor.participant_id is None
    assert stranger.actor.roles == {}
    assert Participant.objects.count() == 0


def test_a_resident_is_known_by_the_device(resident: Person) -> None:
    assert resident.actor.participant == resident.participant


def test_an_invented_device_key_is_nobody() -> None:
    assert Actor(device_key="made up").participant is None


def test_only_the_hash_of_the_device_key_is_stored() -> None:
    actor = Actor()
    participant = actor.speak()
    assert len(actor.new_device_key) == 22
    assert participant.key_hash == hash_key(actor.new_device_key)
    assert actor.new_device_key not in str(vars(participant))


def test_speaking_twice_makes_one_participant() -> None:
    actor = Actor()
    assert actor.speak() == actor.speak()
    assert Participant.objects.count() == 1


@pytest.mark.urls("tests.mapping.accounts.test_actors")
def test_the_first_word_sets_the_device_cookie_out_of_reach_of_scripts() -> None:
    reply = Client().get("/speak")
    cookie = reply.cookies[DEVICE_COOKIE]
    assert cookie["httponly"] is True
    assert cookie["samesite"] == "Lax"
    assert cookie["max-age"] > 365 * 24 * 3600
    assert Participant.objects.get().key_hash == hash_key(cookie.value)


@pytest.mark.urls("tests.mapping.accounts.test_actors")
def test_behind_tls_the_device_cookie_travels_encrypted_only(settings: Any) -> None:
    settings.SESSION_COOKIE_SECURE = True
    assert Client().get("/speak").cookies[DEVICE_COOKIE]["secure"] is True


def test_reading_sets_no_cookie(stranger: Person) -> None:
    reply = stranger.get("projects/")
    assert DEVICE_COOKIE not in reply.cookies


def test_roles_hold_for_the_own_organisation_only(planner: Person) -> None:
    own = planner.user.memberships.get().organisation
    other = OrganisationFactory(code="132128")
    assert planner.actor.has_role(own, Role.PLANNER)
    assert not planner.actor.has_role(own, Role.MODERATOR)
    assert planner.actor.is_member(own.pk)
    assert not planner.actor.is_member(other)
    assert not planner.actor.has_role(other, *Role.values)


def test_an_admin_holds_every_role(admin: Person) -> None:
    own = admin.user.memberships.get().organisation
    assert all(admin.actor.has_role(own, role) for role in Role.values)


def test_roles_are_read_once(planner: Person, django_assert_num_queries: Any) -> None:
    own = planner.user.memberships.get().organisation_id
    actor = planner.actor
    with django_assert_num_queries(1):
        actor.has_role(own, Role.PLANNER)
        actor.is_member(own)


def test_the_middleware_joins_person_and_device(planner: Person, resident: Person) -> None:
    request = RequestFactory().get("/")
    request.user = planner.user
    request.COOKIES[DEVICE_COOKIE] = resident.device_key
    ActorMiddleware(lambda asked: HttpResponse())(request)
    assert request.actor.user == planner.user
    assert request.actor.participant == resident.participant


def test_a_pseudonym_stays_within_a_project_and_says_nothing_across_projects() -> None:
    people = [ParticipantFactory() for _ in range(40)]
    here = [person.pseudonym(1) for person in people]
    there = [person.pseudonym(2) for person in people]
    assert here == [pseudonym(1, person.pk) for person in people]
    assert sum(a == b for a, b in zip(here, there, strict=True)) <= 2
    assert len(set(here)) > 35


def test_a_pseudonym_hangs_on_the_secret(settings: Any) -> None:
    person = ParticipantFactory()
    before = [person.pseudonym(project) for project in range(20)]
    settings.SECRET_KEY = "another"
    assert [person.pseudonym(project) for project in range(20)] != before


def test_accounts_are_made_by_organisations_not_by_signing_up() -> None:
    assert Client().get("/accounts/signup/").status_code == 404
    assert User.objects.count() == 0


def test_somebody_without_a_membership_has_no_role() -> None:
    member = MembershipFactory()
    other = User.objects.create_user("x", "x@example.com", "pass")
    assert Actor(user=other).roles == {}
    assert Actor(user=member.user).roles == {member.organisation_id: member.role}
