"""API addresses of the analysis room, under /api/v1/."""

from django.urls import path

from mapping.analysis.api import CellsView, CrosstabView, SummaryView, TimelineView
from mapping.analysis.downloads import ExportView

urlpatterns = [
    path("projects/<slug:slug>/summary/", SummaryView.as_view(), name="summary"),
    path("projects/<slug:slug>/crosstab/", CrosstabView.as_view(), name="crosstab"),
    path("projects/<slug:slug>/cells/", CellsView.as_view(), name="cells"),
    path("projects/<slug:slug>/timeline/", TimelineView.as_view(), name="timeline"),
    path("projects/<slug:slug>/export/", ExportView.as_view(), name="export"),
]
