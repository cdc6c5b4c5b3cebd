"""Serves the pages and their assets, each under the strictest policy that it can live with."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import BaseRoute, Route

_WEB = Path(__file__).resolve().parent
_GRAPHIQL = _WEB / "graphiql" / "dist"
_SETTINGS = re.compile(r'(<script type="application/json" id="settings">)[^<]*(</script>)')

# The folders whose files /assets hands out, by the name that stands in the address. Folders are flat: what is inside
# is asked for by name, and a name has no slash.
_ASSETS = {
    "graphiql": _GRAPHIQL / "graphiql",
    "page": _WEB / "page",
    "mailbox": _WEB / "mailbox",
    "portal": _WEB / "portal",
    "sign-in": _WEB / "sign_in",
}
# A page's documents stand in a file of their own, each a template with nothing in it but templates that stand above.
_DOCUMENT = re.compile(r"^(export )?const (\w+) = `([^`]*)`;$", re.MULTILINE)
_SPREAD = re.compile(r"\$\{(\w+)\}")
_ASSET_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
_MEDIA_TYPES = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".ttf": "font/ttf",
    ".woff2": "font/woff2",
}

_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "connect-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
# Monaco writes the styles of its editors into the page, has its icons and letters in data addresses, and its workers.
_GRAPHIQL_POLICY = {"style-src": "'self' 'unsafe-inline'", "font-src": "'self' data:", "worker-src": "'self'"}
# A mail in its frame is under the page's policy, and its looks stand in its own elements.
_MAILBOX_POLICY = {"style-src": "'self' 'unsafe-inline'"}
_ASSET_POLICY = "default-src 'self'; frame-ancestors 'none'"

_WITHOUT_BUILD = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>GraphiQL · Samarbete</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/assets/page/page.css">
<main class="narrow">
<h1>GraphiQL is not built yet</h1>
<p>Build it in the checkout, and load this page again; the server may go on running.</p>
<pre><code>make graphiql</code></pre>
<p>This address takes GraphQL requests without it.</p>
</main>
</html>
"""


def routes(*, mailbox: bool) -> list[BaseRoute]:
    """Return the routes of /portal, /sign-in and /assets, and with `mailbox` those of development's /mailbox."""
    pages = [_page("/portal", "portal", {}), _page("/sign-in", "sign_in", {})]
    if mailbox:
        pages.append(_page("/mailbox", "mailbox", _MAILBOX_POLICY))
    return [*pages, Route("/assets/{folder}/{name}", _asset)]


def graphiql(settings: Mapping[str, object]) -> Response:
    """Return the GraphiQL page with the settings in it, or, where it is not built, a page that says how to.

    The settings are `token` and `companyToken`, bearer tokens for the two sides of the opening tabs, and `examples`,
    ids by the names `customerId`, `serviceId`, `taskId`, `collaborationId` and `companyId`; any may be None.
    They are data in the page and cannot end their element or become a script.
    """
    # At the same address programs are answered in JSON.
    headers = _headers(_GRAPHIQL_POLICY) | {"Vary": "Accept"}
    try:
        page = (_GRAPHIQL / "index.html").read_text(encoding="utf-8")
    except FileNotFoundError:
        return HTMLResponse(_WITHOUT_BUILD, headers=headers)
    data = json.dumps(settings).replace("<", "\\u003c")
    return HTMLResponse(_SETTINGS.sub(lambda found: f"{found[1]}{data}{found[2]}", page, count=1), headers=headers)


def documents() -> Iterator[str]:
    """Yield what the portal and the sign-in page ask of the service, each document with the fragments that it spreads."""
    for file in sorted(_WEB.glob("*/documents.js")):
        texts: dict[str, str] = {}
        for is_exported, name, text in _DOCUMENT.findall(file.read_text(encoding="utf-8")):
            texts[name] = "".join(texts[part] if place % 2 else part for place, part in enumerate(_SPREAD.split(text)))
            if is_exported:
                yield texts[name]


def is_graphiql_built() -> bool:
    """Tell whether the GraphiQL page can be served, or only the one that says how to build it."""
    return (_GRAPHIQL / "index.html").is_file()


def _page(path: str, folder: str, policy: Mapping[str, str]) -> Route:
    headers = _headers(policy)

    async def page(_request: Request) -> Response:
        return FileResponse(_WEB / folder / "index.html", media_type="text/html", headers=headers)

    return Route(path, page, name=folder)


def _headers(policy: Mapping[str, str]) -> dict[str, str]:
    directives = {**_POLICY, **policy}
    return {
        "Content-Security-Policy": "; ".join(f"{name} {sources}" for name, sources in directives.items()),
        "Cache-Control": "no-store",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }


def _asset(request: Request) -> Response:
    folder, name = request.path_params["folder"], request.path_params["name"]
    path = _ASSETS.get(folder, _WEB) / name
    media_type = _MEDIA_TYPES.get(path.suffix)
    if folder not in _ASSETS or media_type is None or not _ASSET_NAME.fullmatch(name) or not path.is_file():
        raise HTTPException(404)
    # The names of GraphiQL's files hold a hash of what is in them.
    cache = "public, max-age=31536000, immutable" if folder == "graphiql" else "no-cache"
    # A worker is under the policy of its own file.
    headers = {"Cache-Control": cache, "Content-Security-Policy": _ASSET_POLICY, "X-Content-Type-Options": "nosniff"}
    return FileResponse(path, media_type=media_type, headers=headers)
