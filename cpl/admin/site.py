"""The admin site itself: one way to sign in."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin

# Django's own sign-in form would be a second door beside the portal's, without its second factor.
# Replacing the method is how django-allauth documents it; the type checker objects to any replacing.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
