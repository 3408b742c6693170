"""How programs say who they are, for the reference; drf-spectacular knows them once imported."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension


class BearerScheme(OpenApiAuthenticationExtension):
    target_class = "accounts.api.callers.BearerKey"
    name = "secret"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {"type": "http", "scheme": "bearer", "description": "The secret of a key."}


class PairScheme(OpenApiAuthenticationExtension):
    """Both headers go with each request."""

    target_class = "accounts.api.callers.TokenPair"
    name = ["apiKey", "token"]
    headers = ("X-Soracom-API-Key", "X-Soracom-Token")

    def get_security_definition(self, auto_schema: Any) -> list[dict[str, Any]]:
        return [
            {
                "type": "apiKey",
                "in": "header",
                "name": header,
                "description": f"`{name}` of the answer to `POST /v1/auth`.",
            }
            for name, header in zip(self.name, self.headers, strict=True)
        ]
