"""One's own voice behind its manage link: look, reword, withdraw."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from mapping.accounts.actors import actor_of
from mapping.accounts.problems import gone
from mapping.accounts.requests import body_of, text_member
from mapping.accounts.schema import WRITE_REFUSALS, refusals
from mapping.opinions import managing, serializers, writing
from mapping.opinions.features import feature
from mapping.opinions.models import Opinion
from mapping.opinions.rules import can_edit, can_withdraw
from mapping.opinions.states import State

NO_STORE = {"Cache-Control": "no-store"}
LONGEST_KEY = 64


class VoiceSessionView(APIView):
    """Opens the door to one's own voice."""

    @extend_schema(
        operation_id="open_voice",
        summary="Trade the key of a manage link for a 30-minute session",
        request=serializers.KeySerializer,
        responses={204: None, **refusals(*WRITE_REFUSALS, 410)},
    )
    def post(self, request: Request) -> Response:
        """204; the session cookie then stands for the voice."""
        key = text_member(body_of(request), "key", longest=LONGEST_KEY)
        voice = managing.open_session(request._request, key)
        if voice.is_gone:
            managing.close_session(request._request)
            raise gone()
        return Response(status=204, headers=NO_STORE)


class VoiceView(APIView):
    """One's own voice."""

    @extend_schema(
        operation_id="get_voice",
        summary="The voice of the manage session",
        responses={200: serializers.OwnVoiceSerializer, **refusals(403, 410)},
    )
    def get(self, request: Request) -> Response:
        """The voice as others see it, its state, and what may be done."""
        return Response(_own(request, managing.voice_of(request._request)), headers=NO_STORE)

    @extend_schema(
        operation_id="reword_voice",
        summary="Reword the voice while its phase is open",
        request=serializers.RewordSerializer,
        responses={200: serializers.OwnVoiceSerializer, **refusals(*WRITE_REFUSALS, 410)},
    )
    def patch(self, request: Request) -> Response:
        """The voice with its new text."""
        changed = managing.reword(request._request, text_member(body_of(request), "text"))
        return Response(_own(request, changed), headers=NO_STORE)

    @extend_schema(
        operation_id="withdraw_voice",
        summary="Take the voice back for ever",
        responses={204: None, **refusals(403, 410)},
    )
    def delete(self, request: Request) -> Response:
        """204; text and place are deleted."""
        writing.withdraw(managing.voice_of(request._request))
        managing.close_session(request._request)
        return Response(status=204, headers=NO_STORE)


def _own(request: Request, voice: Opinion) -> dict[str, Any]:
    if voice.is_gone:
        raise gone()
    body = feature(Opinion.objects.filter(pk=voice.pk), voice.project, actor_of(request))
    last = voice.state_changes.filter(after=State.HIDDEN).last()
    return body | {
        "can": {"edit": can_edit(voice), "withdraw": can_withdraw(voice)},
        "reason": last.reason if voice.state == State.HIDDEN and last else "",
    }
