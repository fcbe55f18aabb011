"""Pages of the analysis room."""

from django.urls import path

from mapping.analysis.pages import analysis

urlpatterns = [path("projects/<slug:slug>/analysis/", analysis, name="analysis")]
