"""A hub of a few repositories, as much of its protocol as fetching a model takes."""

import hashlib
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote, urlsplit

import orjson

Files = Mapping[str, bytes]


@dataclass
class Hub:
    """What is on it: of each repository its revisions, of each revision its files.

    Attributes:
        revisions: by repository and by name of a revision.
        parents: of the commit of a revision, the commit before it.
        authors: of each proposal its author.
        refused: repositories that are answered with a status and a code of an error.
        asked: the paths that were asked for.
    """

    revisions: dict[str, dict[str, Files]] = field(default_factory=dict)
    parents: dict[str, str] = field(default_factory=dict)
    authors: dict[int, str] = field(default_factory=dict)
    refused: dict[str, tuple[int, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def commit(self, repository: str, revision: str) -> str:
        return hashlib.sha1(f"{repository} {revision}".encode()).hexdigest()

    def answer(self, path: str) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body."""
        self.asked.append(path)
        parts = path.strip("/").split("/")
        if parts[0] == "api":
            return self._api("/".join(parts[2:4]), parts[4:])
        repository, revision, name = "/".join(parts[:2]), parts[3], "/".join(parts[4:])
        for known, files in self.revisions[repository].items():
            commit = self.commit(repository, known)
            if revision in (known, commit) and name in files:
                etag = hashlib.sha1(files[name]).hexdigest()
                return 200, {"ETag": f'"{etag}"', "X-Repo-Commit": commit}, files[name]
        return 404, {"X-Error-Code": "EntryNotFound"}, b""

    def _api(self, repository: str, asked: list[str]) -> tuple[int, dict[str, str], bytes]:
        if repository in self.refused:
            status, code = self.refused[repository]
            return status, {"X-Error-Code": code}, b"{}"
        if repository not in self.revisions:
            return 404, {"X-Error-Code": "RepoNotFound"}, b"{}"
        what, revision = (asked[0], "/".join(asked[1:])) if asked else ("revision", "main")
        if what == "discussions":
            return 200, {}, orjson.dumps({"discussions": self._proposed(), "count": 0, "start": 0})
        named = {self.commit(repository, one): one for one in self.revisions[repository]}
        revision = named.get(revision, revision)
        if revision not in self.revisions[repository]:
            return 404, {"X-Error-Code": "RevisionNotFound"}, b"{}"
        return 200, {}, orjson.dumps(self._of_revision(what, repository, revision))

    def _of_revision(self, what: str, repository: str, revision: str) -> Any:
        commit, files = self.commit(repository, revision), self.revisions[repository][revision]
        if what == "tree":
            return [
                {"type": "file", "path": n, "size": len(c), "oid": hashlib.sha1(c).hexdigest()}
                for n, c in files.items()
            ]
        if what == "commits":
            ids = [commit, *([self.parents[revision]] if revision in self.parents else [])]
            more = {"authors": [], "date": "2026-01-01T00:00:00.000Z", "title": "", "message": ""}
            return [{"id": one} | more for one in ids]
        siblings = [{"rfilename": name} for name in files]
        return {"id": repository, "modelId": repository, "sha": commit, "siblings": siblings}

    def _proposed(self) -> list[dict[str, Any]]:
        return [
            {
                "num": number, "title": "Adding `safetensors` variant of this model",
                "status": "open", "isPullRequest": True, "author": {"name": author},
                "repo": {"name": "", "type": "model"}, "createdAt": "2026-01-01T00:00:00.000Z",
            }
            for number, author in self.authors.items()
        ]  # fmt: skip


class _Server(ThreadingHTTPServer):
    request_queue_size = 512


@contextmanager
def serving(hub: Hub) -> Iterator[str]:
    """The address of a hub that serves these repositories inside the block."""

    class Asked(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, headers, body = hub.answer(unquote(urlsplit(self.path).path))
            self.send_response(status)
            for name, value in (headers | {"Content-Length": str(len(body))}).items():
                self.send_header(name, value)
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(body)

        do_HEAD = do_GET  # noqa: N815

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing is said."""

    server = _Server(("127.0.0.1", 0), Asked)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
