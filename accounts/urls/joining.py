"""Asking for access, deciding it, and accepting an invitation."""

from django.urls import URLPattern, path

from accounts.views import access_requests, joining

urlpatterns: list[URLPattern] = [
    path("join/", joining.ask, name="ask"),
    path("join/sent/", joining.ask_sent, name="ask_sent"),
    path("join/confirm/<int:pk>/<str:proof>/", joining.confirm, name="confirm_request"),
    path("invitations/<int:pk>/<str:proof>/", joining.accept, name="accept"),
    path("access-requests/", access_requests.access_request_list, name="access_requests"),
    path("access-requests/<int:pk>/", access_requests.access_request, name="access_request"),
    path("access-requests/<int:pk>/approve/", access_requests.approve, name="approve_request"),
    path("access-requests/<int:pk>/refuse/", access_requests.refuse, name="refuse_request"),
]
