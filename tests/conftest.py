"""What all tests share: the reference data beside the checkout, the server, the skip list."""

import os
import signal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"

# Programs of their own, started by tests.
collect_ignore = ["servers"]

# How long an example takes, or to think of one, is up to the machine.
settings.register_profile("default", deadline=None, suppress_health_check=[HealthCheck.too_slow])
# The same examples in each run: with `--hypothesis-profile=repeatable`.
settings.register_profile(
    "repeatable", settings.get_profile("default"), derandomize=True, database=None
)
settings.load_profile("default")

# No test asks the hub of Hugging Face. What asks it looks here when it is imported.
os.environ["HF_HUB_OFFLINE"] = "1"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--server", action="store_true", help="run what needs a real llama-server, or a minute"
    )
    parser.addoption("--skips-allowed", metavar="FILE", help="fail on a skip that is not listed")


def pytest_configure() -> None:
    """Lets Ctrl-C through: what runs in the background of a shell begins with it ignored."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--server"):
        return
    reasons = {
        "server": "needs a real llama-server: .ci/run builds it",
        "long": "takes a minute: .ci/run has it",
    }
    for item in items:
        for name, reason in reasons.items():
            if item.get_closest_marker(name):
                item.add_marker(pytest.mark.skip(reason=reason))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fails the run if a test was skipped that the committed list does not name."""
    listed = session.config.getoption("--skips-allowed")
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if not listed or reporter is None:
        return
    lines = Path(listed).read_text(encoding="utf-8").splitlines()
    allowed = {line.strip() for line in lines if line.strip() and not line.startswith("#")}
    skipped = {
        report.nodeid
        for report in reporter.stats.get("skipped", ())
        if not _left_for_later(session.config, report)
    }
    if skipped - allowed:
        print(f"\nskipped, but not in {listed}:", *sorted(skipped - allowed), sep="\n  ")
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _left_for_later(config: pytest.Config, report: pytest.TestReport) -> bool:
    """Whether a test was skipped because the run is the one without `--server`."""
    return not config.getoption("--server") and {"server", "long"} & set(report.keywords) != set()


@pytest.fixture(scope="session")
def sample() -> Path:
    return ROOT / "sample"


@pytest.fixture(scope="session")
def deft() -> Path:
    """The public DEFT corpus, in `train` and `dev`."""
    folder = SHARED / "deft"
    if not folder.is_dir():
        pytest.skip("needs the DEFT corpus in ../shared/deft")
    return folder


@pytest.fixture(scope="session")
def gold() -> Path:
    """Parallel texts whose sources and targets were both checked by people."""
    folder = SHARED / "gold"
    if not folder.is_dir():
        pytest.skip("needs the parallel gold in ../shared/gold")
    return folder


@pytest.fixture(autouse=True)
def no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test uses a key of whoever runs it."""
    for name in [name for name in os.environ if name.endswith("_API_KEY")]:
        monkeypatch.delenv(name)
