"""A real OpenID Connect provider for the tests of single sign-on: django-allauth's own, in a process of its own."""
