"""Sign-in, second factor, sessions and single sign-on with django-allauth, in our look; and the pages of `accounts`."""

from allauth.account import views
from allauth.socialaccount.providers.openid_connect.urls import urlpatterns as openid_connect
from django.urls import include, path

urlpatterns = [
    path("login/", views.login, name="account_login"),
    path("logout/", views.logout, name="account_logout"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("reauthenticate/", views.reauthenticate, name="account_reauthenticate"),
    # allauth's sign-in page asks for this address; the adapter keeps the page closed.
    path("signup/", views.signup, name="account_signup"),
    path("2fa/", include("allauth.mfa.urls")),
    path("sessions/", include("allauth.usersessions.urls")),
    path("", include(openid_connect)),
]
