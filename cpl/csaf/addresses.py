"""Addresses of the web as RFC 3986 writes them, which CSAF 2.0 asks for everywhere (`"format": "uri"`)."""

import re
from urllib.parse import quote, urlsplit

_PLAIN = "!$&'()*+,;=:@~-._%"
_STRAY = re.compile(r"%(?![0-9A-Fa-f]{2})")


def as_uri(address: str) -> str:
    """The address in ASCII: names of hosts by IDNA, everything else by percent-encoding; what is well-formed stays.

    What browsers open and RFC 3986 does not know, such as brackets in a path, is encoded too: never an error.
    """
    try:
        parts = urlsplit(address)
        host = _host(parts.netloc)
    except ValueError:
        scheme, _, rest = address.partition("://")
        return f"{scheme}://{quote(rest, safe='')}"
    path, query, fragment = (_encoded(part) for part in (parts.path, parts.query, parts.fragment))
    return f"{parts.scheme}://{host}{path}{query and '?' + query}{fragment and '#' + fragment}"


def _host(netloc: str) -> str:
    if netloc.isascii():
        return _STRAY.sub("%25", quote(netloc, safe=f"[]{_PLAIN}"))
    return netloc.encode("idna").decode()


def _encoded(part: str) -> str:
    return _STRAY.sub("%25", quote(part, safe=f"/?{_PLAIN}"))
