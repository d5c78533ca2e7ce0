"""One's own account."""

from django.urls import URLPattern, path

from accounts.views import account

urlpatterns: list[URLPattern] = [
    path("account/", account.account, name="account"),
    path("account/second-factor-later/", account.later, name="second_factor_later"),
]
