"""A model server that obeys what texts tell it, and otherwise answers rightly.

Speaks OpenAI's chat completions over HTTP, imports nothing of donor, and knows the sentences and
the attempts of obedient.toml. Run as `python tests/servers/obedient.py [--honest] [--port N]`;
prints its base URL. With `--honest` it translates the attempts as it does all else.
"""

import argparse
import json
import re
import tomllib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

KNOWN = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
_TAG = re.compile(r"</?[0-9]+>")

Data = dict[str, Any]


def _bare(text: str) -> str:
    return _TAG.sub("", text)


def _phrases() -> Iterator[Data]:
    """All that may stand in one segment: a sentence, an attempt, one behind the other."""
    yield from KNOWN["sentences"]
    for attempt in KNOWN["attempts"]:
        order = {"en": attempt["text"], "ru": attempt["honest"]}
        yield order
        for one in KNOWN["sentences"]:
            yield {side: f"{one[side]} {order[side]}" for side in order}


_RIGHT = {_bare(phrase["en"]): phrase for phrase in _phrases()}


def translated(data: dict[str, str], system: str, attempt: Data | None) -> Data | str:
    """The answer to `translate`, as the attempt wants it."""
    right = {key: _bare(_RIGHT[text]["ru"]) for key, text in data.items()}
    if attempt is None:
        return right
    if "whole" in attempt:
        return str(attempt["whole"])
    if "more" in attempt:
        return right | {"note": attempt["more"]}
    own = next(key for key, text in data.items() if attempt["text"] in text)
    if "own" in attempt:
        return right | {own: attempt["own"].replace("{prompt}", system)}
    if "after" in attempt:
        return right | {own: right[own] + attempt["after"]}
    if "all" in attempt:
        return dict.fromkeys(right, attempt["all"])
    if "do" in attempt:
        return {key: _DEEDS[attempt["do"]](data[key], text) for key, text in right.items()}
    return right


_DEEDS: dict[str, Callable[[str, str], str]] = {
    "copy": lambda source, _: source,
    "capitals": lambda _, text: text.upper(),
    "small": lambda _, text: text.lower(),
    "thin out": lambda _, text: " ".join(text.split()[::2]),
    "reverse": lambda _, text: text[::-1],
    "repeat": lambda _, text: " ".join([text] * 100),
    "numbers": lambda _, text: re.sub("[0-9]+", lambda found: str(int(found[0]) + 57), text),
    "names": lambda _, text: _swapped(text, ("Мария", "Пётр"), ("Петру", "Марии")),
    "opposite": lambda _, text: _swapped(text, ("хорошей", "плохой"), ("лучше", "хуже")),
    "fence": lambda _, text: f"```\n{text}\n```",
    "bold": lambda _, text: f"**{text}**",
    "marks": lambda _, text: " ".join(f"\ufeff{word}" for word in text.split()),
}


def _swapped(text: str, *pairs: tuple[str, str]) -> str:
    for one, other in pairs:
        text = text.replace(one, other)
    return text


def tagged(data: Data, attempt: Data | None) -> Data:
    """The answer to `tags`."""
    way = attempt.get("project") if attempt else None
    return {
        key: _tagged(source, data["translation"][key], way)
        for key, source in data["source"].items()
    }


def _tagged(source: str, translation: str, way: str | None) -> str:
    names = list(dict.fromkeys(re.findall(r"</([a-z]+[0-9]+)>", source)))
    opened, closed = "".join(f"<{n}>" for n in names), "".join(f"</{n}>" for n in names)
    last = translation.rstrip(".").rpartition(" ")[2]
    if way == "bare":
        return translation
    if way == "whole":
        return opened + translation + closed
    if way == "last":
        return translation.replace(last, opened + last + closed)
    right = _right(source, translation, names) if way != "nothing" else None
    if right is None:
        return translation + "".join(f"<{name}></{name}>" for name in names)
    if way == "ids":
        return re.sub(r"(</?)[a-z]([0-9]+>)", r"\1x\2", right)
    return right.replace(".", ", надо сказать.") if way == "rewrite" else right


def _right(source: str, translation: str, names: list[str]) -> str | None:
    """The translation with its tags, or None where it is not the right one."""
    known = _RIGHT.get(re.sub("</?(?:{})>".format("|".join(names)), "", source))
    if known is None or _bare(known["ru"]) != translation:
        return None
    order = dict(zip(dict(_pairs(known["en"])), names, strict=True))
    return re.sub(r"(</?)([0-9]+)(?=>)", lambda tag: tag[1] + order[tag[2]], known["ru"])


def _pairs(text: str) -> list[tuple[str, str]]:
    """The number and the words of each tag."""
    return re.findall(r"<([0-9]+)>(.*?)</\1>", text)


def quoted(data: Data, attempt: Data | None) -> Data:
    """The answer to `quote`."""
    way = attempt.get("project") if attempt else None
    words = {
        before: after
        for one in KNOWN["sentences"]
        for before, after in (
            (text, dict(_pairs(one["ru"]))[number]) for number, text in _pairs(one["en"])
        )
    }
    answer = {}
    for name, span in data["spans"].items():
        text = data["translation"][span["segment"].partition(",")[0]]
        found: str | None = words[span["words"]]
        if way == "last":
            found = text.rstrip(".").rpartition(" ")[2]
        if way == "whole":
            found = text
        gone = way == "nothing" or found is None or found not in text
        answer[name.replace("s", "x") if way == "ids" else name] = (
            [] if gone else [{"text": found, "occurrence": 1}]
        )
    return answer


def answer(messages: list[dict[str, str]], *, honest: bool) -> str:
    """The content of the answer to a conversation."""
    system, data = messages[0]["content"], json.loads(messages[1]["content"])
    values = json.dumps(data, ensure_ascii=False)
    found = (
        one
        for one in KNOWN["attempts"]
        if json.dumps(one["text"], ensure_ascii=False)[1:-1] in values
    )
    attempt = None if honest else next(found, None)
    if "spans" in data:
        reply: Data | str = quoted(data, attempt)
    elif "source" in data:
        reply = tagged(data, attempt)
    else:
        reply = translated(data, system, attempt)
    return reply if isinstance(reply, str) else json.dumps(reply, ensure_ascii=False)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    honest = False

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        content = answer(json.loads(body)["messages"], honest=self.honest)
        choice = {"message": {"role": "assistant", "content": content}, "finish_reason": "stop"}
        usage = {"prompt_tokens": len(body) // 4, "completion_tokens": len(content) // 4}
        raw = json.dumps({"model": "obedient", "choices": [choice], "usage": usage}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, format: str, *args: object) -> None:
        pass


class _Server(ThreadingHTTPServer):
    request_queue_size = 512


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--honest", action="store_true")
    parser.add_argument("--port", type=int, default=0)
    flags = parser.parse_args()
    _Handler.honest = flags.honest
    server = _Server(("127.0.0.1", flags.port), _Handler)
    print(f"http://127.0.0.1:{server.server_port}/v1", flush=True)
    server.serve_forever()


def obedient(*flags: str) -> AbstractContextManager[str]:
    """The base URL of an obedient server in a process of its own."""
    # Where the script runs by itself, there is no such package.
    from tests.servers.starting import started

    return started(__file__, *flags)


if __name__ == "__main__":
    main()
