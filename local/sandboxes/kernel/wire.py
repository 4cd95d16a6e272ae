"""The connection below a request, as faults need it: it can be held, cut or found unreachable."""

from __future__ import annotations

import select
import socket
import time
from collections.abc import Callable
from typing import NoReturn, Protocol

ENVIRON_KEY = "sandbox.wire"


class Dropped(ConnectionError):
    """The connection is gone: no answer can be written any more."""


class Wire(Protocol):
    def cut(self) -> NoReturn:
        """End the connection without an answer."""
        ...

    def hold(self, seconds: float) -> NoReturn:
        """Keep the connection open without an answer until the client gives up, `seconds` at most."""
        ...

    def pause(self, seconds: float, later: Callable[[], object]) -> None:
        """Wait; a wire that cannot wait calls `later` afterwards when the client would have given up by then."""
        ...

    def unreachable(self) -> NoReturn:
        """Behave as if no connection could be made."""
        ...


class SocketWire:
    """A real connection."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection

    def cut(self) -> NoReturn:
        raise Dropped("cut by a fault")

    def hold(self, seconds: float) -> NoReturn:
        self._wait(seconds)
        raise Dropped("held by a fault")

    def pause(self, seconds: float, later: Callable[[], object]) -> None:  # noqa: ARG002  a real wire waits
        time.sleep(seconds)

    def unreachable(self) -> NoReturn:
        """An accepted connection can only be cut; the client sees a reset before any answer."""
        raise Dropped("unreachable by a fault")

    def _wait(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            readable, _, _ = select.select([self._connection], [], [], min(left, 0.5))
            if readable and not self._peek():
                return
            if readable:
                time.sleep(min(left, 0.05))

    def _peek(self) -> bytes:
        """Below TLS too: an `SSLSocket` cannot peek, and whether the client left shows on the bare connection."""
        return socket.socket.recv(self._connection, 1, socket.MSG_PEEK)
