"""The API's description for people: /openapi.json as exported, /docs with Swagger UI from the Powertools package."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

from local.stack.httpd import Request, Response

_SWAGGER = "aws_lambda_powertools.event_handler.openapi.swagger_ui"
_FILES = {
    "/docs/swagger.js": ("swagger-ui-bundle.min.js", "text/javascript"),
    "/docs/swagger.css": ("swagger-ui.min.css", "text/css"),
}
_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>API</title><link rel="stylesheet" href="/docs/swagger.css"></head>
<body><div id="page"></div><script src="/docs/swagger.js"></script>
<script>
SwaggerUIBundle({url: "/openapi.json", dom_id: "#page", deepLinking: true, persistAuthorization: true})
</script></body></html>
"""


class DocsPage:
    """Args:
    description: path of the exported OpenAPI; it is read anew for every request.
    url: where this stack's API answers; it takes the place of the description's servers.
    """

    def __init__(self, description: Path, url: str) -> None:
        self._description = description
        self._url = url

    def find(self, request: Request) -> Callable[[], Response] | None:
        """What answers this request, None when it is not for this page."""
        if request.method not in ("GET", "HEAD"):
            return None
        if request.path in ("/docs", "/docs/"):
            return lambda: Response(200, _PAGE.encode(), [("Content-Type", "text/html; charset=utf-8")])
        if request.path == "/openapi.json":
            return self._openapi
        if request.path in _FILES:
            name, kind = _FILES[request.path]
            return lambda: Response(200, files(_SWAGGER).joinpath(name).read_bytes(), [("Content-Type", kind)])
        return None

    def _openapi(self) -> Response:
        if not self._description.is_file():
            text = json.dumps({"message": f"There is no {self._description.name} yet: `make openapi` exports it."})
            return Response(404, text.encode(), [("Content-Type", "application/json")])
        content = json.loads(self._description.read_text(encoding="utf-8"))
        content["servers"] = [{"url": self._url}]
        return Response(200, json.dumps(content).encode(), [("Content-Type", "application/json")])
