"""API addresses of the projects room, under /api/v1/."""

from django.urls import path

from mapping.projects.api import ProjectDetailView, ProjectListView

urlpatterns = [
    path("projects/", ProjectListView.as_view(), name="api-projects"),
    path("projects/<slug:slug>/", ProjectDetailView.as_view(), name="api-project"),
]
