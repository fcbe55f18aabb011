"""Replies, supports and flags: what people say to each other."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mapping.accounts.models import Organisation, Participant, User, pseudonym
from mapping.dialogue.querysets import CommentQuerySet
from mapping.opinions.models import Opinion


class Comment(models.Model):
    """A reply to an opinion; threads are one level deep."""

    class State(models.TextChoices):
        """Whether the reply is public."""

        WAITING = "waiting", _("確認待ち")
        PUBLISHED = "published", _("公開中")
        HIDDEN = "hidden", _("非公開")

    opinion = models.ForeignKey(Opinion, on_delete=models.CASCADE, related_name="comments")
    participant = models.ForeignKey(
        Participant, on_delete=models.SET_NULL, null=True, blank=True, related_name="comments"
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.SET_NULL, null=True, blank=True, related_name="comments"
    )
    by_user = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="comments"
    )
    client_id = models.UUIDField(unique=True)
    text = models.TextField()
    language = models.CharField(max_length=10, default="ja")
    state = models.CharField(max_length=10, choices=State, default=State.PUBLISHED)
    support_count = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[CommentQuerySet] = CommentQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        """Oldest first, as a talk reads."""

        ordering = ("created_at", "id")
        indexes = [models.Index(fields=["opinion", "created_at"], name="comment_thread")]

    def __str__(self) -> str:
        return f"comment {self.pk} on {self.opinion_id}"

    @property
    def author_name(self) -> str:
        """The organisation's name for staff, else the pseudonym in this project."""
        if self.organisation is not None:
            return str(self.organisation)
        if self.participant_id is None:
            return ""
        return pseudonym(self.opinion.project_id, self.participant_id)


class CommentChange(models.Model):
    """The log of a reply: who of the staff hid or restored it, when and why."""

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="changes")
    before = models.CharField(max_length=10, choices=Comment.State)
    after = models.CharField(max_length=10, choices=Comment.State)
    by_user = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    reason = models.TextField(blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        """Newest last, as a log reads."""

        ordering = ("at", "id")

    def __str__(self) -> str:
        return f"{self.comment_id}: {self.before} → {self.after}"


class Support(models.Model):
    """共感: one per participant per opinion or comment."""

    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="supports")
    opinion = models.ForeignKey(
        Opinion, on_delete=models.CASCADE, null=True, blank=True, related_name="supports"
    )
    comment = models.ForeignKey(
        Comment, on_delete=models.CASCADE, null=True, blank=True, related_name="supports"
    )
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        """Exactly one target, once a participant."""

        constraints = [
            models.CheckConstraint(
                condition=Q(opinion__isnull=False, comment__isnull=True)
                | Q(opinion__isnull=True, comment__isnull=False),
                name="support_has_one_target",
            ),
            models.UniqueConstraint(
                fields=["participant", "opinion"], name="one_support_an_opinion"
            ),
            models.UniqueConstraint(
                fields=["participant", "comment"], name="one_support_a_comment"
            ),
        ]

    def __str__(self) -> str:
        return f"support {self.pk}"


class Flag(models.Model):
    """通報: a reader's hint to the staff."""

    class Reason(models.TextChoices):
        """What is wrong with it."""

        PERSONAL = "personal", _("個人の情報がのっている")
        RUDE = "rude", _("人を傷つける")
        SPAM = "spam", _("宣伝・いたずら")
        PLACE = "place", _("場所がちがう")
        OTHER = "other", _("そのほか")

    participant = models.ForeignKey(
        Participant, on_delete=models.SET_NULL, null=True, blank=True, related_name="flags"
    )
    opinion = models.ForeignKey(
        Opinion, on_delete=models.CASCADE, null=True, blank=True, related_name="flags"
    )
    comment = models.ForeignKey(
        Comment, on_delete=models.CASCADE, null=True, blank=True, related_name="flags"
    )
    reason = models.CharField(max_length=10, choices=Reason)
    note = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    resolved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """Exactly one target; one flag a participant and target."""

        constraints = [
            models.CheckConstraint(
                condition=Q(opinion__isnull=False, comment__isnull=True)
                | Q(opinion__isnull=True, comment__isnull=False),
                name="flag_has_one_target",
            ),
            models.UniqueConstraint(fields=["participant", "opinion"], name="one_flag_an_opinion"),
            models.UniqueConstraint(fields=["participant", "comment"], name="one_flag_a_comment"),
        ]

    def __str__(self) -> str:
        return f"flag {self.pk}: {self.reason}"
