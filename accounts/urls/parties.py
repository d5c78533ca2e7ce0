"""A Party's own page: its people, invitations, requests, reviews and API tokens."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
