"""How fast a whole transfer is, beside bare aiohttp, in one run: `make bench-pipeline`.

Documents of one sentence and one span, their translation given, so that each asks the model
once, by `tags`. The model is a server in a process of its own, on a core of its own, that
answers every request after the same latency: the ideal rate is requests in flight ÷ latency.
Each measured run is a process of its own too, on another core; its start is not counted.
The last line is one JSON object: ratios and medians. benchmarks/README.md says what they mean.
"""

import argparse
import io
import json
import multiprocessing
import os
import resource
import shutil
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, redirect_stdout, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

import orjson
from tagging_server import serve

MODEL = "vllm:bench"
LATENCY_S = 0.2
AT_ONCE = 64  # in flight, where the server has no latency
SOURCE = [
    *("the old river", "carries", "sand", "and", "grey ice", "to", "a wide", "delta"),
    *("where", "in winter", "many birds", "rest"),
]
TARGET = [
    *("старая река", "несёт", "песок", "и", "серый лёд", "к", "широкой", "дельте"),
    *("где", "зимой", "много птиц", "отдыхает"),
]

_MIB = 2**20 if sys.platform == "darwin" else 2**10
_SPAWNING = multiprocessing.get_context("spawn")


Job = Callable[[Path, str, int], int]


@dataclass(frozen=True)
class Cost:
    """What a measured run took: seconds by the clock, seconds of CPU, peak memory."""

    documents: int
    seconds: float
    cpu_s: float
    peak_mib: float

    @property
    def rate(self) -> float:
        """Documents a second."""
        return self.documents / self.seconds

    @property
    def cpu_ms(self) -> float:
        """Milliseconds of CPU for a document."""
        return 1000 * self.cpu_s / self.documents

    def __str__(self) -> str:
        return f"{self.rate:6.0f}/s  {self.cpu_ms:.3f} ms CPU  {self.peak_mib:.0f} MiB"


def write_pairs(folder: Path, documents: int) -> None:
    """Nothing; writes sentences of some 90 characters with one span, no two alike.

    In the folder `first` beside them is a single one.
    """
    if documents > 1:
        (folder / "first").mkdir()
        write_pairs(folder / "first", 1)
    with (folder / "pairs.jsonl").open("w", encoding="utf-8") as out:
        for n in range(documents):
            turn = n % len(TARGET)
            source = f"In {n} " + " ".join([*SOURCE[turn:], *SOURCE[:turn]]) + "."
            target = f"В {n} " + " ".join([*TARGET[turn:], *TARGET[:turn]]) + "."
            start = source.index("river")
            span = {"start": start, "end": start + len("river"), "label": "Term"}
            pair = {
                "id": f"n{n}",
                "source": {"lang": "en", "text": source, "spans": [span]},
                "target": {"lang": "ru", "text": target, "spans": []},
            }
            out.write(json.dumps(pair, ensure_ascii=False) + "\n")


def transfer(folder: Path, url: str, in_flight: int) -> int:
    """The number of documents of a whole run; its folder is made anew, its store is kept."""
    from donor.cli import main

    shutil.rmtree(folder / "run", ignore_errors=True)
    places = [str(folder / "pairs.jsonl"), "-o", str(folder / "run")]
    places += ["--store", str(folder / "store.sqlite"), "--base-url", url]
    methods = ["--translator", "given", "--method", "tags", "--concurrency", str(in_flight)]
    formats = ["--format", "pairs", "--out-format", "jsonl", "--json"]
    said = io.StringIO()
    with redirect_stdout(said), suppress(SystemExit):
        main(["transfer", *places, "--to", "ru", "--model", MODEL, *methods, *formats])
    summary = json.loads(said.getvalue())
    assert summary["spans"]["placed"] == summary["spans"]["source"], summary
    documents: int = summary["documents"]
    return documents


def bare(folder: Path, url: str, in_flight: int) -> int:
    """The number of answers to the same requests, which the store tells, by aiohttp alone."""
    import asyncio

    import aiohttp
    import orjson

    bodies = [line.encode() for line in (folder / "bodies.jsonl").read_text().splitlines()]

    async def main() -> int:
        slots = asyncio.Semaphore(in_flight)
        connector = aiohttp.TCPConnector(limit=0)
        headers = {"Content-Type": "application/json"}
        async with aiohttp.ClientSession(connector=connector, headers=headers) as session:

            async def one(body: bytes) -> bool:
                async with slots, session.post(f"{url}/chat/completions", data=body) as reply:
                    return "choices" in orjson.loads(await reply.read())

            return sum(await asyncio.gather(*map(one, bodies)))

    return asyncio.run(main())


def write_bodies(folder: Path) -> None:
    """Nothing; writes the body of each request that the store has an answer to."""
    with closing(sqlite3.connect(folder / "store.sqlite")) as store:
        logical = [orjson.loads(row[0]) for row in store.execute("SELECT logical FROM responses")]
    with (folder / "bodies.jsonl").open("wb") as out:
        for asked in logical:
            shape = {"name": "answer", "strict": True, "schema": asked["schema"]}
            body = {
                **asked["parameters"],
                "model": "bench",
                "messages": asked["messages"],
                "response_format": {"type": "json_schema", "json_schema": shape},
            }
            out.write(orjson.dumps(body, option=orjson.OPT_APPEND_NEWLINE))


def _measure(out: Connection, job: Job, folder: Path, url: str, in_flight: int) -> None:
    """Nothing; sends what the job costs in this process, whose start is not counted.

    To the start belongs what is loaded on first use, and so a run of one document.
    """
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    if job is transfer:
        transfer(folder / "first", url, in_flight)
    wall, cpu = time.perf_counter(), time.process_time()
    done = job(folder, url, in_flight)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    out.send(Cost(done, wall, cpu, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _MIB))


def measured(job: Job, folder: Path, url: str, in_flight: int) -> Cost:
    """What the job costs in a process of its own."""
    mine, theirs = _SPAWNING.Pipe()
    process = _SPAWNING.Process(target=_measure, args=(theirs, job, folder, url, in_flight))
    process.start()
    theirs.close()
    cost: Cost = mine.recv()
    process.join()
    print(f"  {cost}", flush=True)
    return cost


@contextmanager
def server(latency_s: float) -> Iterator[str]:
    """The base URL of a server in a process of its own."""
    mine, theirs = _SPAWNING.Pipe()
    process = _SPAWNING.Process(target=serve, args=(theirs, latency_s), daemon=True)
    process.start()
    try:
        yield f"http://127.0.0.1:{mine.recv()}/v1"
    finally:
        process.terminate()
        process.join()


Rounds = list[Cost]


def paced(folder: Path, in_flight: int, rounds: int) -> tuple[Rounds, Rounds]:
    """Whole transfers and bare requests, in turns, against a server that takes its time."""
    whole, raw = [], []
    with server(LATENCY_S) as url:
        for _ in range(rounds):
            print(f"{in_flight} in flight: transfer, then aiohttp alone")
            (folder / "store.sqlite").unlink(missing_ok=True)
            whole.append(measured(transfer, folder, url, in_flight))
            write_bodies(folder)
            raw.append(measured(bare, folder, url, in_flight))
    return whole, raw


def unpaced(folder: Path, rounds: int) -> tuple[Rounds, Rounds]:
    """Transfers against a server without latency, and reruns out of the store."""
    asked, again = [], []
    with server(0) as url:
        for _ in range(rounds):
            print(f"no latency, {AT_ONCE} in flight: transfer, then a rerun")
            (folder / "store.sqlite").unlink(missing_ok=True)
            asked.append(measured(transfer, folder, url, AT_ONCE))
            again.append(measured(transfer, folder, url, AT_ONCE))
    return asked, again


def many(documents: int) -> Cost:
    """One transfer of many documents against a server without latency."""
    with tempfile.TemporaryDirectory() as name, server(0) as url:
        print(f"{documents:,} documents")
        write_pairs(Path(name), documents)
        return measured(transfer, Path(name), url, AT_ONCE)


def _median(rounds: Rounds, number: Callable[[Cost], float]) -> float:
    return statistics.median(map(number, rounds))


def _of_ideal(rounds: Rounds, in_flight: int) -> float:
    return round(_median(rounds, lambda cost: cost.rate) * LATENCY_S / in_flight, 3)


def figures(documents: int, rounds: int, large: int) -> dict[str, float]:
    """What `make bench-pipeline` prints in its last line."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_pairs(folder, documents)
        few, bare_few = paced(folder, 64, rounds)
        much, bare_much = paced(folder, 256, rounds)
        asked, again = unpaced(folder, rounds)
    found = {
        "of_ideal_64": _of_ideal(few, 64),
        "raw_of_ideal_64": _of_ideal(bare_few, 64),
        "of_ideal_256": _of_ideal(much, 256),
        "raw_of_ideal_256": _of_ideal(bare_much, 256),
        "cpu_ms_per_document": round(_median(much, lambda cost: cost.cpu_ms), 3),
        "raw_cpu_ms_per_request": round(_median(bare_much, lambda cost: cost.cpu_ms), 3),
        "documents_per_s_zero_latency": round(_median(asked, lambda cost: cost.rate)),
        "documents_per_s_rerun": round(_median(again, lambda cost: cost.rate)),
    }
    if large:
        peak = _median(asked, lambda cost: cost.peak_mib)
        found["rss_ratio"] = round(many(large).peak_mib / peak, 3)
    return found


def main() -> None:
    """Prints each measurement, and the figures in one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=5000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--large", type=int, default=100_000, help="0 leaves memory out")
    flags = parser.parse_args()
    print(json.dumps(figures(flags.documents, flags.rounds, flags.large)))


if __name__ == "__main__":
    main()
