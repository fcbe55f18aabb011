"""API addresses of the opinions room, under /api/v1/."""

from django.urls import path

from mapping.opinions import api, voice_api

PROJECT = "projects/<slug:slug>/"
VOICE = f"{PROJECT}opinions/<int:pk>/"

urlpatterns = [
    path(f"{PROJECT}opinions/", api.OpinionListView.as_view(), name="api-opinions"),
    path(f"{PROJECT}opinions/points/", api.OpinionPointsView.as_view(), name="api-points"),
    path(VOICE, api.OpinionDetailView.as_view(), name="api-opinion"),
    path(f"{VOICE}hide/", api.HideView.as_view(), name="api-opinion-hide"),
    path(f"{VOICE}restore/", api.RestoreView.as_view(), name="api-opinion-restore"),
    path(f"{VOICE}publish/", api.PublishView.as_view(), name="api-opinion-publish"),
    path(f"{PROJECT}preview/", api.PreviewView.as_view(), name="api-preview"),
    path(f"{PROJECT}here/", api.HereView.as_view(), name="api-here"),
    path("voice/session/", voice_api.VoiceSessionView.as_view(), name="api-voice-session"),
    path("voice/", voice_api.VoiceView.as_view(), name="api-voice"),
]
