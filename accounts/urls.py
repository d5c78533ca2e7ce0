"""Signing in and out with django-allauth, in our look. Only the pages that work today have an address."""

from allauth.account import views
from django.urls import path

urlpatterns = [
    path("login/", views.login, name="account_login"),
    path("logout/", views.logout, name="account_logout"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("reauthenticate/", views.reauthenticate, name="account_reauthenticate"),
    # allauth's sign-in page asks for this address; the adapter keeps the page closed.
    path("signup/", views.signup, name="account_signup"),
]
