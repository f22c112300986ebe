"""A scripted chat server on loopback: what it answers is a function of what it is asked, and it counts."""

import json
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Reply:
    """What the server does: a text, or a status with headers; `cut`: bytes after which it closes the connection;
    `hang`: it says nothing until it is stopped."""

    text: str = ""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    cut: int | None = None
    hang: bool = False
    finish: str = "stop"
    raw: bytes | None = None


Script = Callable[[dict[str, Any], int], Reply]  # (the request's body, how often it came before) -> what to do


class Scripted(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, script: Script, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.script, self.bodies, self.times = script, list[dict[str, Any]](), Counter[str]()
        self.keys = list[str | None]()
        self.lock, self.over = threading.Lock(), threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Scripted

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        said = json.dumps(body, sort_keys=True)
        with self.server.lock:
            before = self.server.times[said]
            self.server.times[said] += 1
            self.server.bodies.append(body)
            self.server.keys.append(self.headers.get("Authorization"))
        reply = self.server.script(body, before)
        if reply.hang:
            self.server.over.wait()
            self.close_connection = True
            return
        data = reply.raw if reply.raw is not None else _completion(reply, body)
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Connection", "close")  # a server that is gone answers nobody
        self.end_headers()
        self.wfile.write(data if reply.cut is None else data[: reply.cut])

    def log_message(self, *args: Any) -> None:
        """Nothing on the screen."""


def _completion(reply: Reply, body: dict[str, Any]) -> bytes:
    if reply.status != 200:
        return json.dumps({"error": {"message": reply.text or "no"}}).encode()
    asked = sum(len(str(one["content"])) for one in body["messages"]) // 4
    message = {"role": "assistant", "content": reply.text}
    choice = {"index": 0, "message": message, "finish_reason": reply.finish}
    used = {"prompt_tokens": asked, "completion_tokens": max(1, len(reply.text) // 4)}
    return json.dumps({"id": "one", "object": "chat.completion", "choices": [choice], "usage": used}).encode()


@contextmanager
def serving(script: Script, port: int = 0) -> Iterator[Scripted]:
    """A server while the block runs."""
    server = Scripted(script, port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.over.set()
        server.shutdown()
        server.server_close()
        thread.join()
