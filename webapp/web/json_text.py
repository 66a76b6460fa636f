"""JSON as every answer writes it."""

from __future__ import annotations

import json

from flask import Response


def dumps(value: object) -> str:
    """Keys in the order of the contract, Chinese readable as it is, a line end."""
    return f"{json.dumps(value, ensure_ascii=False)}\n"


def respond_json(value: object, status: int = 200) -> Response:
    """The value as the answer to a request."""
    return Response(dumps(value), status, mimetype="application/json")
