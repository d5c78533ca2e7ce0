"""A Party's own page: its people, invitations, requests, reviews and API tokens."""

from django.urls import URLPattern, path

from accounts.views import api_tokens, parties, party_people, reviews

_PARTY = "parties/<int:pk>/"
_PERSON = f"{_PARTY}people/<int:person>/"

urlpatterns: list[URLPattern] = [
    path("parties/", parties.parties, name="parties"),
    path(_PARTY, parties.party, name="party"),
    path(f"{_PARTY}invite/", parties.invite, name="invite"),
    path(f"{_PARTY}invitations/<int:invitation>/send-again/", parties.send_again, name="send_invitation_again"),
    path(f"{_PARTY}invitations/<int:invitation>/withdraw/", parties.withdraw, name="withdraw_invitation"),
    path(f"{_PARTY}review/", reviews.review, name="review"),
    path(f"{_PARTY}tokens/make/", api_tokens.make, name="make_token"),
    path(f"{_PARTY}tokens/<int:token>/revoke/", api_tokens.revoke, name="revoke_token"),
    path(_PERSON, party_people.person, name="party_person"),
    path(f"{_PERSON}give-role/", party_people.give_role, name="give_role"),
    path(f"{_PERSON}roles/<str:role>/take/", party_people.take_role, name="take_role"),
    path(f"{_PERSON}disable/", party_people.disable, name="disable_person"),
    path(f"{_PERSON}enable/", party_people.enable, name="enable_person"),
    path(f"{_PERSON}reset-second-factor/", party_people.reset_second_factor, name="reset_second_factor"),
]
