"""Addresses of people and Parties; signing in has its own (`sign_in`)."""

from accounts.urls import account, joining, parties

app_name = "accounts"
urlpatterns = [*joining.urlpatterns, *parties.urlpatterns, *account.urlpatterns]
