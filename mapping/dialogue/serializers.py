"""Replies, supports and flags as the API gives and takes them."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from rest_framework import serializers

from mapping.accounts.models import Organisation
from mapping.dialogue.models import Comment, Flag
from mapping.dialogue.talking import Supported


class CommentSerializer(serializers.ModelSerializer):
    """A reply. Needs in the context: `participant_id`, `supported` (ids of replies)."""

    author = serializers.CharField(source="author_name", help_text="pseudonym or organisation")
    organisation = serializers.SerializerMethodField(help_text="its code when it is official")
    mine = serializers.SerializerMethodField(help_text="written on this device")
    supported = serializers.SerializerMethodField(help_text="by this device")

    class Meta:
        """What readers see; never who wrote it."""

        model = Comment
        fields = (
            *("id", "text", "language", "author", "organisation", "created_at", "state"),
            *("support_count", "supported", "mine"),
        )

    def get_organisation(self, reply: Comment) -> str | None:
        """Code of the organisation that speaks."""
        speaker: Organisation | None = reply.organisation
        return speaker.code if speaker else None

    def get_mine(self, reply: Comment) -> bool:
        """Whether this device wrote it."""
        own = self.context["participant_id"]
        return own is not None and reply.participant_id == own

    def get_supported(self, reply: Comment) -> bool:
        """Whether this device supports it."""
        return reply.pk in self.context["supported"]


class NewCommentSerializer(serializers.Serializer):
    """A reply to send (for the OpenAPI document; members are read by hand)."""

    text = serializers.CharField(max_length=20_000)
    client_id = serializers.UUIDField(help_text="made by the sender; the same again is a repeat")
    language = serializers.ChoiceField(
        choices=[code for code, __ in settings.LANGUAGES], required=False
    )


class SupportSerializer(serializers.Serializer):
    """Where a support stands."""

    supported = serializers.BooleanField(help_text="by this device")
    support_count = serializers.IntegerField()

    @classmethod
    def of(cls, outcome: Supported) -> dict[str, Any]:
        """The reply's members."""
        return {"supported": outcome.supported, "support_count": outcome.support_count}


class NewFlagSerializer(serializers.Serializer):
    """A flag to send."""

    reason = serializers.ChoiceField(choices=Flag.Reason.values)
    note = serializers.CharField(required=False, allow_null=True, max_length=1000, allow_blank=True)


class FlagSerializer(serializers.Serializer):
    """A flag that the staff has now."""

    reason = serializers.ChoiceField(choices=Flag.Reason.values)


class ReasonSerializer(serializers.Serializer):
    """Why the staff decides so."""

    reason = serializers.CharField(max_length=1000)
