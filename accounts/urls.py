"""Sign-in and account pages: django-allauth's, in our look."""

from django.urls import include, path

urlpatterns = [path("", include("allauth.account.urls"))]
