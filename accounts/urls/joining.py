"""Asking for access, and accepting an invitation."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
