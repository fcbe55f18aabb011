"""API addresses of the dialogue room, under /api/v1/."""

from django.urls import path

from mapping.dialogue import api

VOICE = "projects/<slug:slug>/opinions/<int:pk>/"
REPLY = f"{VOICE}comments/<int:comment>/"

urlpatterns = [
    path(f"{VOICE}comments/", api.CommentsView.as_view(), name="api-comments"),
    path(f"{VOICE}support/", api.SupportView.as_view(), name="api-support"),
    path(f"{VOICE}flag/", api.FlagView.as_view(), name="api-flag"),
    path(f"{REPLY}support/", api.CommentSupportView.as_view(), name="api-comment-support"),
    path(f"{REPLY}flag/", api.CommentFlagView.as_view(), name="api-comment-flag"),
    path(f"{REPLY}hide/", api.CommentHideView.as_view(), name="api-comment-hide"),
    path(f"{REPLY}restore/", api.CommentRestoreView.as_view(), name="api-comment-restore"),
]
