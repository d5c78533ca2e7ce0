"""Addresses of the portal."""

from django.contrib import admin
from django.urls import include, path

from firmware_repo import views

urlpatterns = [
    path("", views.home, name="home"),
    path("about/", views.about, name="about"),
    path("health/", views.health, name="health"),
    path("", include("cpl.urls")),
    path("", include("accounts.urls")),
    path("accounts/", include("accounts.urls.sign_in")),
    path("admin/", admin.site.urls),
]
