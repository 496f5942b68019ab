"""Real Ray clusters, in a network namespace that has nothing but a loopback interface."""

import contextlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest

from trainers.launchers import ray_launcher

HEAD, OTHER, PORT = "127.0.0.2", "127.0.0.3", 6379
TOKEN = "a-token-that-only-this-test-knows-0123456789"
START_SECONDS = 90
# A node is missed after 3 seconds instead of the usual 15, a head after 5 instead of 60: the tests are about what
# happens then.
HEALTH = {"health_check_initial_delay_ms": 1000, "health_check_period_ms": 1000, "health_check_failure_threshold": 3}
# Ray's own files: not below tmp_path, for a socket's whole path may have 107 characters.
FOLDER = Path("/tmp") / f"softsil-ray-{os.getpid()}"
ENVIRONMENT = {
    "RAY_TMPDIR": str(FOLDER),
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_AUTH_MODE": "token",
    "RAY_AUTH_TOKEN": TOKEN,
    "RAY_gcs_rpc_server_reconnect_timeout_s": "5",
    "OMP_NUM_THREADS": "1",
    "PYTHONPATH": str(Path(__file__).parents[3]),
}


@dataclass
class Namespace:
    """Processes started through it see no network but their own loopback; it ends with its keeper process."""

    keeper: subprocess.Popen[bytes]

    def command(self, *words: str) -> list[str]:
        """A command line that runs ``words`` inside."""
        return ["nsenter", "-t", str(self.keeper.pid), "-U", "-n", "--preserve-credentials", *words]

    def start(self, words: list[str], log: Path, **environment: str) -> subprocess.Popen[bytes]:
        """Start a process inside, in a session of its own."""
        with log.open("ab") as output:
            return subprocess.Popen(
                self.command(*words),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                env={**os.environ, **ENVIRONMENT, **environment},
            )


@dataclass
class RayNodes:
    """A cluster of one processor a node that asks for a token.

    Attributes:
        namespace: where it lives.
        logs: folder of what its processes print.
        nodes: the process that keeps each node, by address.
    """

    namespace: Namespace
    logs: Path
    nodes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, address: str) -> None:
        """Start the head or another node, if it does not live, and wait until it is up."""
        if address in self.nodes:
            return
        words = [sys.executable, "-m", "ray.scripts.scripts", "start", "--block", "--num-cpus=1", "--num-gpus=0"]
        words += ["--object-store-memory=80000000", "--disable-usage-stats", f"--node-ip-address={address}"]
        if address == HEAD:
            words += ["--head", f"--port={PORT}", "--include-dashboard=false", f"--temp-dir={FOLDER}"]
            words += [f"--system-config={json.dumps(HEALTH)}"]
        else:
            words += [f"--address={HEAD}:{PORT}"]
        log = self.logs / f"{address}-{time.time_ns()}.log"
        self.nodes[address] = process = self.namespace.start(words, log)
        deadline = time.monotonic() + START_SECONDS
        while "Ray runtime started" not in log.read_text():
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.1)

    def remove(self, address: str) -> None:
        """End a node and everything on it with SIGKILL, as a power failure would."""
        end_tree(self.nodes.pop(address))


def end_tree(process: subprocess.Popen[bytes]) -> None:
    """SIGKILL to a process we started and to all that came from it."""
    with contextlib.suppress(psutil.NoSuchProcess):
        for one in [*psutil.Process(process.pid).children(recursive=True), psutil.Process(process.pid)]:
            with contextlib.suppress(psutil.NoSuchProcess):
                one.kill()
    process.wait()


@pytest.fixture(scope="package")
def namespace() -> Iterator[Namespace]:
    """A network namespace of our own, or the reason why there is none."""
    if importlib.util.find_spec("ray") is None:
        _refuse("Ray is not installed: pip install -r requirements-ray.txt")
    if not all(shutil.which(tool) for tool in ("unshare", "nsenter", "ip")):
        _refuse("unshare, nsenter (util-linux) and ip (iproute2) are needed to keep Ray off the real network")
    words = ["unshare", "-rn", "--kill-child", "--fork", "sh", "-c", "ip link set lo up && echo ready && exec cat"]
    keeper = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    said, complaint = keeper.stdout, keeper.stderr
    assert said
    assert complaint
    if said.readline().strip() != b"ready":
        pytest.skip(f"this machine allows no network namespaces: {complaint.read().decode().strip()}")
    yield Namespace(keeper)
    keeper.kill()
    keeper.wait()
    shutil.rmtree(FOLDER, ignore_errors=True)


def _refuse(reason: str) -> None:
    """Skip, but not in CI, which can install what is missing."""
    (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)


@pytest.fixture(scope="package")
def ray_nodes(namespace: Namespace, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RayNodes]:
    """A cluster with no node yet."""
    nodes = RayNodes(namespace, tmp_path_factory.mktemp("ray"))
    yield nodes
    for address in list(nodes.nodes):
        nodes.remove(address)


@pytest.fixture
def on_ray(namespace: Namespace, runs_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Has launches go to the cluster at an address; their drivers live in the namespace and end with the test."""
    started: list[subprocess.Popen[bytes]] = []

    def start(module: str, argument: Path, log: Path) -> subprocess.Popen[bytes]:
        started.append(namespace.start([sys.executable, "-m", module, str(argument)], log))
        return started[-1]

    def use(address: str) -> None:
        monkeypatch.setenv("SOFTSIL_LAUNCHER", "ray")
        monkeypatch.setenv("SOFTSIL_RAY_ADDRESS", address)

    monkeypatch.setattr(ray_launcher, "start_detached", start)
    yield use
    for process in started:
        end_tree(process)
