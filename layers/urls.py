"""Addresses of layers below /api/v1/."""

from django.urls import path

from layers.api import LayerDetailView, LayerFeaturesView, LayerListView

urlpatterns = [
    path("layers/", LayerListView.as_view(), name="api-layers"),
    path("layers/<int:pk>/", LayerDetailView.as_view(), name="api-layer"),
    path("layers/<int:pk>/features/", LayerFeaturesView.as_view(), name="api-layer-features"),
]
