"""Who takes part in tests: a person with a browser."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpResponse
from django.test import Client

from mapping.accounts.actors import DEVICE_COOKIE, Actor
from mapping.accounts.models import Participant, User, hash_key, new_key

ORIGIN = "http://testserver"


class Person:
    """Somebody at a browser: signed in (`user`), known by a device (`participant`), or neither.

    `get`, `post`, `patch`, `delete` take addresses below /api/v1/ (or absolute paths) and send
    JSON with our own Origin, as the pages do. `web` is the plain Django client.
    """

    def __init__(self, user: User | None = None, device_key: str = "") -> None:
        self.user = user
        self.device_key = device_key
        self.web = Client(headers={"Origin": ORIGIN})
        if device_key:
            self.web.cookies[DEVICE_COOKIE] = device_key
        if user:
            self.web.force_login(user, backend="django.contrib.auth.backends.ModelBackend")

    @classmethod
    def with_device(cls) -> Person:
        """A resident whose device spoke before."""
        key = new_key()
        Participant.objects.create(key_hash=hash_key(key))
        return cls(device_key=key)

    @property
    def actor(self) -> Actor:
        """A fresh actor, as the middleware would make it."""
        return Actor(user=self.user, device_key=self.device_key)

    @property
    def participant(self) -> Participant:
        """Who the device is."""
        return Participant.objects.get(key_hash=hash_key(self.device_key))

    def get(self, path: str, query: dict[str, Any] | None = None, **more: Any) -> HttpResponse:
        """GET."""
        return self.web.get(_address(path), query or {}, **more)

    def post(self, path: str, body: Any = None, **more: Any) -> HttpResponse:
        """POST of JSON."""
        return self.web.post(_address(path), **_json(body), **more)

    def patch(self, path: str, body: Any = None, **more: Any) -> HttpResponse:
        """PATCH of JSON."""
        return self.web.patch(_address(path), **_json(body), **more)

    def delete(self, path: str, body: Any = None, **more: Any) -> HttpResponse:
        """DELETE."""
        return self.web.delete(_address(path), **_json(body), **more)


def _address(path: str) -> str:
    return path if path.startswith("/") else f"/api/v1/{path}"


def _json(body: Any) -> dict[str, Any]:
    if isinstance(body, bytes):
        return {"data": body, "content_type": "application/json"}
    return {
        "data": json.dumps(body if body is not None else {}),
        "content_type": "application/json",
    }
