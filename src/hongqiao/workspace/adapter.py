"""Sign-in as this house wants it: people are invited, nobody signs up."""

from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_safe_url(self, url: str) -> bool:
        """Only addresses of this very host: never an open redirect."""
        request = self.request
        host = request.get_host() if request else None
        if url and urlsplit(url).netloc and host is None:
            return False
        return url_has_allowed_host_and_scheme(url, allowed_hosts={host} if host else None)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """A page that says what was done and with which name one signs in; not the empty form again."""
        return reverse("password_done")

    def can_send_mail(self) -> bool:
        return mail_works()


def mail_works() -> bool:
    """Return whether this installation can send e-mail; where not, pages offer a link from an administrator."""
    return not settings.EMAIL_BACKEND.endswith("dummy.EmailBackend")
