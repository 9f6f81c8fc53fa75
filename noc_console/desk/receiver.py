"""A small receiver for webhooks: takes POSTs of a monitoring system, one at a time into the store, and answers truly.

200 is said only of what is durable. Everything of a request is bounded: who, size, time, how many at once, how many
wait. It must not know what a body means; the channel does.
"""

from __future__ import annotations

import contextlib
import hmac
import ipaddress
import json
import queue
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from concurrent.futures import TimeoutError as TooLate
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Final

from noc_console.desk.channels import channel
from noc_console.errors import NocError, StoreUnavailable, UsageError
from noc_console.i18n import _
from noc_console.intake.json_input import MAX_JSON
from noc_console.intake.raw_files import RawInput
from noc_console.store.canonical import new_id

if TYPE_CHECKING:
    from noc_console.desk.desk import Desk
    from noc_console.desk.intake_item import IntakeItem

#: Alertmanager puts a whole group into one body, which in a storm is ten thousand alerts and more, and does not try
#: again what is refused as too large: so as much as a parser takes.
MAX_BODY: Final = MAX_JSON
#: Bytes of all bodies that are read or wait at once.
MOST_BYTES: Final = 4 * MAX_BODY
PIECE: Final = 64 * 1024
#: Of what a refused request still sends so much is read, for so many seconds: who is cut off does not hear the answer.
LINGER_BYTES, LINGER_S = 2 * MAX_BODY, 2.0
#: Requests that are read at once, and that wait for the store; more are told to come again.
MOST_AT_ONCE, MOST_WAITING = 16, 32
#: Seconds: between two pieces of a request, for all of it, and until it is in the store.
IDLE_S, READ_S, STORE_S = 10.0, 30.0, 30.0
#: Seconds for requests that are being answered when it is stopped.
SETTLE_S = 3.0
#: Alertmanager tries again by itself; this is for others.
RETRY_AFTER: Final = "5"
PATHS: Final = ("/", "/alertmanager")
Answer = tuple[HTTPStatus, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class _Job:
    """One body that waits for the store, and where its answer is awaited."""

    found: RawInput
    answer: Future[Answer] = field(default_factory=Future)


@dataclass(frozen=True, slots=True)
class Place:
    """Where to listen: a literal address and a port (0: any that is free)."""

    host: str
    port: int

    @property
    def is_loopback(self) -> bool:
        """Tell whether only this machine can reach it."""
        return ipaddress.ip_address(self.host).is_loopback


def place_of(said: str) -> Place:
    """Read ``127.0.0.1:9094`` or ``[::1]:9094``. Raises UsageError."""
    host, colon, port = said.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    host = "127.0.0.1" if host == "localhost" else host
    try:
        ipaddress.ip_address(host)
    except ValueError:
        colon = ""
    if not colon or not port.isascii() or not port.isdigit() or int(port) > 65_535:
        raise UsageError(_("{text} is no place to listen at", text=said[:80]), _("write an address: 127.0.0.1:9094"))
    return Place(host, int(port))


class Receiver:
    """Listens at a place; ``items`` takes what comes into the store, in the thread of its caller, and yields it."""

    def __init__(self, desk: Desk, name: str, place: Place, *, token: str = "", remote: bool = False) -> None:
        """Take the place. Raises UsageError for one that is taken, or that others reach without ``remote``."""
        if not place.is_loopback and not remote:
            raise UsageError(
                _("{host} can be reached by other machines", host=place.host),
                _("listen at 127.0.0.1, or allow it: --allow-remote"),
            )
        self._channel = channel(name)
        self._desk = desk
        self._waiting: queue.Queue[_Job] = queue.Queue(MOST_WAITING)
        self._stopped = threading.Event()
        self._server = _server(place, token, self._put)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.1,), daemon=True)

    @property
    def url(self) -> str:
        """Return where it listens."""
        host, port = self._server.server_address[:2]
        shown = str(host)
        return f"http://[{shown}]:{port}/" if ":" in shown else f"http://{shown}:{port}/"

    def stop(self) -> None:
        """Take no further requests; what waits is answered. May be called by a handler of signals."""
        self._stopped.set()

    def items(self, *, once: int | None = None) -> Iterator[IntakeItem]:
        """Serve until it is stopped, or until ``once`` bodies were taken in; yield what became of each alarm."""
        self._thread.start()
        try:
            while once is None or once > 0:
                job = self._next()
                if job is None:
                    return
                items = self._taken(job)
                if items is not None:
                    yield from items
                    once = None if once is None else once - 1
        finally:
            self._end()

    def _next(self) -> _Job | None:
        """Wait for a body; None when it was stopped and nothing waits any more."""
        while True:
            with contextlib.suppress(queue.Empty):
                return self._waiting.get(timeout=0.1)
            if self._stopped.is_set():
                return None

    def _taken(self, job: _Job) -> list[IntakeItem] | None:
        """Take one body into the store, and have it answered; None where it could not be stored."""
        if not job.answer.set_running_or_notify_cancel():  # its sender has given up, and will send it again
            return None
        try:
            service = self._desk.as_service("intake", self._channel.via, delivery=job.found.delivery)
            items = list(self._channel.items(service, [job.found], False))
        except NocError as error:
            status = HTTPStatus.SERVICE_UNAVAILABLE if isinstance(error, StoreUnavailable) else HTTPStatus.BAD_REQUEST
            job.answer.set_result((status, {"error": str(error)}))
            return None
        held = bool(items) and all(item.action == "quarantined" for item in items)
        said = [{"action": item.action, "ref": item.ref, "reason": item.reason} for item in items]
        job.answer.set_result((HTTPStatus.ACCEPTED if held else HTTPStatus.OK, {"items": said}))
        return items

    def _put(self, body: bytes, peer: str) -> Answer:
        """Let a body wait for the store, and return its answer; called by the threads of requests."""
        job = _Job(RawInput(f"{self._channel.name}:{peer}", 0, body, new_id()))
        busy = (HTTPStatus.SERVICE_UNAVAILABLE, {"error": "busy"})
        if self._stopped.is_set():
            return busy
        try:
            self._waiting.put_nowait(job)
            return job.answer.result(STORE_S)
        except queue.Full:
            return busy
        except TooLate:
            job.answer.cancel()
            return busy

    def _end(self) -> None:
        self._stopped.set()
        self._server.shutdown()
        while True:
            try:
                job = self._waiting.get_nowait()
            except queue.Empty:
                break
            if job.answer.set_running_or_notify_cancel():
                job.answer.set_result((HTTPStatus.SERVICE_UNAVAILABLE, {"error": "stopping"}))
        self._server.settle(SETTLE_S)
        self._server.server_close()


def _server(place: Place, token: str, put: Callable[[bytes, str], Answer]) -> _Server:
    family = socket.AF_INET6 if ":" in place.host else socket.AF_INET
    try:
        return _Server(place, family, token, put)
    except (OSError, OverflowError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise UsageError(
            _("cannot listen at {host} port {port}: {why}", host=place.host, port=place.port, why=why),
            _("choose another port"),
        ) from error


class _Server(ThreadingHTTPServer):
    """Answers a bounded number of requests at once; the others are told so without being read."""

    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 64

    def __init__(self, place: Place, family: int, token: str, put: Callable[[bytes, str], Answer]) -> None:
        self.address_family = family
        self.token = token
        self.put = put
        self._free = threading.BoundedSemaphore(MOST_AT_ONCE)
        self._bytes = 0
        self._counting = threading.Lock()
        super().__init__((place.host, place.port), _Request)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Begin a thread for a request while one is free."""
        if self._free.acquire(blocking=False):
            super().process_request(request, client_address)
            return
        with contextlib.suppress(OSError):
            request.settimeout(1.0)
            request.sendall(b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Serve one request, and give its thread back."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._free.release()

    def reserve(self, size: int) -> bool:
        """Take room for so many bytes of a body (less than none: give it back); tell whether there was any."""
        with self._counting:
            if self._bytes + size > MOST_BYTES:
                return False
            self._bytes += size
            return True

    def settle(self, seconds: float) -> None:
        """Let requests that are being answered end, for so long at most."""
        until = time.monotonic() + seconds
        for _thread in range(MOST_AT_ONCE):
            if not self._free.acquire(timeout=max(0.0, until - time.monotonic())):
                return

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of connections that broke; Alertmanager tells it and comes again."""


class _Broken(Exception):
    """A request that is not taken, with its status."""

    def __init__(self, status: HTTPStatus, why: str) -> None:
        super().__init__(why)
        self.status = status


class _Request(BaseHTTPRequestHandler):
    """One request: a POST with a bounded body."""

    server: _Server
    protocol_version = "HTTP/1.1"
    server_version = "noc"
    sys_version = ""
    default_request_version = "HTTP/1.0"
    timeout = IDLE_S
    command = ""

    #: bytes that this request has taken room for
    _taken = 0

    def setup(self) -> None:
        """Bound the time of the whole request: one byte every nine seconds is no way to hold a thread."""
        super().setup()
        self._guard = threading.Timer(READ_S, self._cut)
        self._guard.daemon = True
        self._guard.start()

    def _cut(self) -> None:
        with contextlib.suppress(OSError):
            self.connection.shutdown(socket.SHUT_RD)

    def finish(self) -> None:
        """End the guard with the request, and give its room back."""
        self._guard.cancel()
        self.server.reserve(-self._taken)
        self._taken = 0
        with contextlib.suppress(OSError):
            super().finish()

    def do_POST(self) -> None:
        """Take a body."""
        try:
            self._check()
            body = self._body()
        except _Broken as broken:
            self._say(broken.status, {"error": str(broken)})
            self._linger()
            return
        except (OSError, ValueError):
            self.close_connection = True
            return
        self._guard.cancel()
        status, answer = self.server.put(body, self.client_address[0])
        self._say(status, answer)

    def __getattr__(self, name: str) -> Any:
        """Answer every other method with what is allowed."""
        if name.startswith("do_"):
            return self._not_allowed
        raise AttributeError(name)

    def _not_allowed(self) -> None:
        self._say(HTTPStatus.METHOD_NOT_ALLOWED, {"error": "POST only"})

    def _check(self) -> None:
        """Refuse who may not, and what is not asked here."""
        if self.server.token:
            given = self.headers.get("Authorization", "")
            if not hmac.compare_digest(given.encode(), f"Bearer {self.server.token}".encode()):
                raise _Broken(HTTPStatus.UNAUTHORIZED, "a bearer token is needed")
        if self.path.partition("?")[0] not in PATHS:
            raise _Broken(HTTPStatus.NOT_FOUND, "post to /")

    def _body(self) -> bytes:
        lengths, codings = self.headers.get_all("Content-Length", []), self.headers.get_all("Transfer-Encoding", [])
        if codings and not lengths and [coding.strip().lower() for coding in codings] == ["chunked"]:
            return self._chunks()
        if codings:
            raise _Broken(HTTPStatus.BAD_REQUEST, "a body of two lengths, or of an unknown coding")
        if not lengths:
            raise _Broken(HTTPStatus.LENGTH_REQUIRED, "how long is it?")
        if len(set(lengths)) > 1 or not (lengths[0].isascii() and lengths[0].isdigit()) or len(lengths[0]) > 12:
            raise _Broken(HTTPStatus.BAD_REQUEST, "a length is no number")
        return self._exactly(self._allowed(int(lengths[0])))

    def _allowed(self, size: int) -> int:
        if size > MAX_BODY:
            raise _Broken(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"at most {MAX_BODY} bytes")
        return size

    def _exactly(self, size: int) -> bytes:
        body = bytearray()
        while len(body) < size:
            piece = self.rfile.read(min(size - len(body), PIECE))
            if not piece:
                raise _Broken(HTTPStatus.BAD_REQUEST, "the body ends early")
            # Room is taken for what came, not for what was promised: who promises much and sends nothing takes none.
            if not self.server.reserve(len(piece)):
                raise _Broken(HTTPStatus.SERVICE_UNAVAILABLE, "busy")
            self._taken += len(piece)
            body += piece
        return bytes(body)

    def _chunks(self) -> bytes:
        body = bytearray()
        while True:
            head = self.rfile.readline(200).partition(b";")[0].strip()
            try:
                size = int(head, 16) if head.isalnum() else -1
            except ValueError:
                size = -1
            if size < 0:
                raise _Broken(HTTPStatus.BAD_REQUEST, "a chunk without its length")
            self._allowed(len(body) + size)
            if not size:
                break
            body += self._exactly(size)
            if self._exactly(2) != b"\r\n":
                raise _Broken(HTTPStatus.BAD_REQUEST, "a chunk of another length")
        for _trailer in range(20):
            if self.rfile.readline(8_192) in (b"\r\n", b"\n", b""):
                return bytes(body)
        raise _Broken(HTTPStatus.BAD_REQUEST, "too many trailers")

    def _linger(self) -> None:
        """Read on for a while what nobody wants, so that the sender comes to read why."""
        until, left = time.monotonic() + LINGER_S, LINGER_BYTES
        with contextlib.suppress(OSError):
            self.connection.shutdown(socket.SHUT_WR)
            while left > 0 and time.monotonic() < until:
                self.connection.settimeout(max(0.1, until - time.monotonic()))
                got = len(self.connection.recv(65_536))
                if not got:
                    return
                left -= got

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Tell in JSON what is wrong with a request that cannot be read."""
        self._say(HTTPStatus(code), {"error": message or HTTPStatus(code).phrase})

    def _say(self, status: HTTPStatus, answer: dict[str, Any]) -> None:
        self.close_connection = True
        text = json.dumps(answer, ensure_ascii=False).encode()
        with contextlib.suppress(OSError):
            self.send_response(status)
            self.send_header("Content-Type", "application/json; charset=utf-8")
            self.send_header("Content-Length", str(len(text)))
            self.send_header("Connection", "close")
            if status == HTTPStatus.SERVICE_UNAVAILABLE:
                self.send_header("Retry-After", RETRY_AFTER)
            if status == HTTPStatus.METHOD_NOT_ALLOWED:
                self.send_header("Allow", "POST")
            if status == HTTPStatus.UNAUTHORIZED:
                self.send_header("WWW-Authenticate", "Bearer")
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(text)

    def log_message(self, *_args: Any) -> None:
        """Write no line of a request to the terminal: what became of it is the command's output."""
