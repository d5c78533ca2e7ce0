"""Addresses of the portal."""

from django.contrib import admin
from django.urls import include, path

from firmware_repo import security_txt, views

urlpatterns = [
    path("", views.home, name="home"),
    path("about/", views.about, name="about"),
    path("health/", views.health, name="health"),
    path(".well-known/security.txt", security_txt.security_txt, name="security_txt"),
    path(".well-known/change-password", security_txt.change_password, name="change_password"),
    path("", include("cpl.urls")),
    path("", include("accounts.urls")),
    path("accounts/", include("accounts.urls.sign_in")),
    path("admin/", admin.site.urls),
]
