"""The HTTP API's side: resolver, body, caller, models, errors, OpenAPI."""
