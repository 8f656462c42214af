"""A server with a few fixed paths, in a thread of its own: the fakes of local model servers."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Paths = Mapping[str, Any]
"""JSON by path; bytes as they are; an int is a status; a float, seconds of silence; a function
takes the JSON of the request, null where there is none."""

OLLAMA: Paths = {
    "/api/version": {"version": "0.12.3"},
    "/api/tags": {
        "models": [
            {
                "name": "llama3.1:8b",
                "model": "llama3.1:8b",
                "digest": "46e0c10c039e",
                "details": {"family": "llama", "quantization_level": "Q4_K_M"},
            },
            {"name": "mine:latest", "digest": "ab", "details": {"quantization_level": "F16"}},
        ]
    },
    "/api/ps": {"models": [{"name": "mine:latest", "context_length": 8192}]},
    "/api/show": {
        "model_info": {"general.architecture": "llama", "llama.context_length": 131072},
        "parameters": 'stop "x"\nnum_ctx    4096\ntemperature 1',
        "details": {"quantization_level": "Q4_K_M"},
    },
    "/v1/models": {"object": "list", "data": [{"id": "llama3.1:8b", "owned_by": "library"}]},
}
VLLM: Paths = {
    "/version": {"version": "0.11.0"},
    "/v1/models": {
        "object": "list",
        "data": [{"id": "Qwen/Qwen3-8B", "owned_by": "vllm", "max_model_len": 40960}],
    },
}
LLAMACPP: Paths = {
    "/props": {
        "default_generation_settings": {"n_ctx": 32768},
        "total_slots": 4,
        "model_path": "/models/gemma-3-12b-it-Q5_K_M.gguf",
        "build_info": "b6900-abc",
    },
    "/v1/models": {
        "models": [{"name": "gemma"}],
        "data": [{"id": "gemma", "owned_by": "llamacpp", "meta": {"n_ctx_train": 131072}}],
    },
}
LMSTUDIO: Paths = {
    "/api/v0/models": {
        "data": [
            {
                "id": "qwen3-8b",
                "type": "llm",
                "quantization": "4bit",
                "state": "loaded",
                "max_context_length": 32768,
                "loaded_context_length": 4096,
            },
            {"id": "nomic-embed", "type": "embeddings", "max_context_length": 2048},
        ]
    },
    "/v1/models": {"data": [{"id": "qwen3-8b"}, {"id": "nomic-embed"}]},
    # LM Studio answers to what it does not know with 200 and an error.
    "*": {"error": "Unexpected endpoint or method."},
}
SOMETHING_ELSE: Paths = {"*": b"<html><h1>It works!</h1></html>"}


@contextmanager
def local_server(paths: Paths, seen: list[tuple[str, str]] | None = None) -> Iterator[str]:
    """Its base URL, up to /v1; `seen` gets the path and the Authorization of each request.

    It has no more than five waiting, as llama.cpp.
    """

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            if seen is not None:
                seen.append((self.path, self.headers.get("Authorization", "")))
            asked = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            found = paths.get(self.path, paths.get("*", 404))
            if callable(found):
                found = found(json.loads(asked or b"null"))
            if isinstance(found, float):
                time.sleep(found)
                found = 404
            status = found if isinstance(found, int) else 200
            body = found if isinstance(found, bytes) else json.dumps(found).encode()
            try:
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            except OSError:
                return  # whoever asked has gone

        def do_GET(self) -> None:
            self.answer()

        def do_POST(self) -> None:
            self.answer()

        def log_message(self, format: str, *args: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        block_on_close = False
        request_queue_size = 5

        def handle_error(self, request: Any, client_address: Any) -> None:
            pass

    with Server(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=lambda: server.serve_forever(poll_interval=0.05))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/v1"
        finally:
            server.shutdown()
            thread.join()
