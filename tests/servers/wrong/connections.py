"""Replies that come late or never, connections that break, bodies that are no answer."""

import base64
import gzip
import itertools
import time
import zlib
from collections.abc import Iterator

from wrong.reply import (
    Asked,
    Fault,
    Reply,
    at_first,
    dumped,
    http,
    reply,
    whole,
)

# What comes late, or never.


def slow(asked: Asked) -> Reply:
    return reply(http(whole(asked)), pause_s=asked.number or 3600)


def slow_at_first(asked: Asked) -> Reply:
    return at_first(1, lambda asked: reply(http(whole(asked)), pause_s=3600))(asked)


def byte_by_byte(asked: Asked) -> Reply:
    return Reply(_dripping(http(whole(asked)), 0.1))


def byte_by_byte_headers(asked: Asked) -> Reply:
    return Reply(_dripping(b"HTTP/1.1 200 OK\r\n" + b"x" * 1000, 0.1))


def byte_by_byte_quickly(asked: Asked) -> Reply:
    return Reply(_dripping(http(whole(asked)), 0.0))


def _dripping(raw: bytes, seconds: float) -> Iterator[bytes]:
    for byte in raw:
        time.sleep(seconds)
        yield bytes([byte])


def never_ending_headers(asked: Asked) -> Reply:
    lines = (f"X-{n}: {'a' * 1000}\r\n".encode() for n in itertools.count())
    return Reply(itertools.chain([b"HTTP/1.1 200 OK\r\n"], lines))


# Connections that break, and bodies that are no answer.


def drop_before(asked: Asked) -> Reply:
    return Reply(iter([]), then="reset")


def drop_in_headers(asked: Asked) -> Reply:
    return reply(b"HTTP/1.1 200 OK\r\nContent-Ty", then="close")


def drop_in_body(asked: Asked) -> Reply:
    raw = http(whole(asked))
    return reply(raw[: len(raw) - 20], then="reset")


def drop_at_first(asked: Asked) -> Reply:
    return at_first(2, drop_in_body)(asked)


def endless_body(asked: Asked) -> Reply:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n"
    return Reply(itertools.chain([head], itertools.repeat(b" " * 2**16)), then="close")


def endless_chunks(asked: Asked) -> Reply:
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    chunk = b"10000\r\n" + b" " * 2**16 + b"\r\n"
    return Reply(itertools.chain([head], itertools.repeat(chunk)), then="close")


def gigabyte_length(asked: Asked) -> Reply:
    return Reply(_blank_after(http(b"", Content_Length=str(2**30))), then="close")


def _blank_after(head: bytes) -> Iterator[bytes]:
    return itertools.chain([head], itertools.repeat(b" " * 2**16, 2**14))


def gzip_bomb(asked: Asked) -> Reply:
    return reply(http(gzip.compress(bytes(2**25 + 2**22), 1), Content_Encoding="gzip"))


def gzipped(asked: Asked) -> Reply:
    return reply(http(gzip.compress(whole(asked)), Content_Encoding="gzip"))


def gzip_broken(asked: Asked) -> Reply:
    return reply(http(whole(asked), Content_Encoding="gzip"))


def deflate_broken(asked: Asked) -> Reply:
    body = zlib.compress(whole(asked))
    return reply(http(body[:20] + bytes(20) + body[40:], Content_Encoding="deflate"))


def html_200(asked: Asked) -> Reply:
    return reply(http(b"<html><h1>Welcome to nginx!</h1></html>", kind="text/html"))


def json_as_html(asked: Asked) -> Reply:
    return reply(http(whole(asked), kind="text/html; charset=latin-1"))


def event_stream(asked: Asked) -> Reply:
    text, events = dumped(asked.right), []
    for place in range(0, len(text), 7):
        events.append({"choices": [{"delta": {"content": text[place : place + 7]}}]})
    events.append({"choices": [{"delta": {}, "finish_reason": "stop"}]})
    lines = [f"data: {dumped(event)}\n\n" for event in events] + ["data: [DONE]\n\n"]
    return reply(http("".join(lines).encode(), kind="text/event-stream"))


def event_stream_broken(asked: Asked) -> Reply:
    event = {"choices": [{"delta": {"content": dumped(asked.right)[:9]}}]}
    return reply(http(f"data: {dumped(event)}\n\n".encode(), kind="text/event-stream"))


def json_array(asked: Asked) -> Reply:
    return reply(http(b"[" + whole(asked) + b"]"))


def invalid_utf_8(asked: Asked) -> Reply:
    return reply(http(whole(asked).replace("а".encode(), b"\xff")))


def bom(asked: Asked) -> Reply:
    return reply(http(b"\xef\xbb\xbf" + whole(asked)))


def length_too_long(asked: Asked) -> Reply:
    body = whole(asked)
    return reply(http(body, Content_Length=str(len(body) + 9)), then="close")


def length_too_long_and_silence(asked: Asked) -> Reply:
    body = whole(asked)
    return reply(http(body, Content_Length=str(len(body) + 9)), then="wait")


def length_too_short(asked: Asked) -> Reply:
    body = whole(asked)
    return reply(http(body, Content_Length=str(len(body) - 9)))


def length_twice(asked: Asked) -> Reply:
    body = whole(asked)
    return reply(http(body).replace(b"\r\n", b"\r\nContent-Length: 3\r\n", 1))


def length_no_number(asked: Asked) -> Reply:
    return reply(http(whole(asked), Content_Length="many"))


def chunks_broken(asked: Asked) -> Reply:
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    return reply(head + b"zz\r\n" + whole(asked) + b"\r\n0\r\n\r\n")


def headers_twice(asked: Asked) -> Reply:
    twice = b"\r\nContent-Type: text/plain\r\nX-Request-Id: 1\r\nX-Request-Id: 2\r\n"
    return reply(http(whole(asked)).replace(b"\r\n", twice, 1))


def http_1_0(asked: Asked) -> Reply:
    head = b"HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n"
    return reply(head + whole(asked), then="close")


def no_http(asked: Asked) -> Reply:
    return reply(b"SSH-2.0-OpenSSH_9.6\r\n" + base64.b64encode(bytes(99)), then="close")


FAULTS: dict[str, Fault] = {
    "slow": slow,
    "slow-at-first": slow_at_first,
    "byte-by-byte": byte_by_byte,
    "byte-by-byte-headers": byte_by_byte_headers,
    "byte-by-byte-quickly": byte_by_byte_quickly,
    "never-ending-headers": never_ending_headers,
    "drop-before": drop_before,
    "drop-in-headers": drop_in_headers,
    "drop-in-body": drop_in_body,
    "drop-at-first": drop_at_first,
    "endless-body": endless_body,
    "endless-chunks": endless_chunks,
    "gigabyte-length": gigabyte_length,
    "gzip-bomb": gzip_bomb,
    "gzip": gzipped,
    "gzip-broken": gzip_broken,
    "deflate-broken": deflate_broken,
    "html-200": html_200,
    "json-as-html": json_as_html,
    "event-stream": event_stream,
    "event-stream-broken": event_stream_broken,
    "json-array": json_array,
    "invalid-utf-8": invalid_utf_8,
    "bom": bom,
    "length-too-long": length_too_long,
    "length-too-long-and-silence": length_too_long_and_silence,
    "length-too-short": length_too_short,
    "length-twice": length_twice,
    "length-no-number": length_no_number,
    "chunks-broken": chunks_broken,
    "headers-twice": headers_twice,
    "http-1.0": http_1_0,
    "no-http": no_http,
}
