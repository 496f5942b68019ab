"""The few things that the driver asks of Ray; the only module that imports it."""

from __future__ import annotations

import importlib
import os
import secrets
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from softsil.runs.paths import RunPaths
from trainers.launchers.ray_launcher import LOCAL_ADDRESS

# The least that Ray takes: nothing of a run passes through its object store.
_LOCAL_STORE_BYTES = 80_000_000
_PROJECT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Size:
    """What a run asks of a node, or a node has.

    Attributes:
        cpus: processors.
        gpus: graphics cards.
    """

    cpus: int
    gpus: int = 0


@dataclass(frozen=True)
class Landed:
    """How a task ended; what became of its run stands in the run folder.

    Attributes:
        died: why its worker ended in the midst of it, or None.
        failed: what the task itself could not do, or None.
    """

    died: str | None = None
    failed: str | None = None


class Cluster(Protocol):
    """A place where runs become tasks."""

    def nodes(self) -> list[Size]:
        """The nodes that live, whether busy or not."""

    def submit(self, paths: RunPaths, need: Size) -> Any:
        """Hand a run over; what comes back names the task."""

    def landed(self, task: Any) -> Landed | None:
        """How a task ended, None while it waits or runs."""

    def cancel(self, task: Any, *, force: bool) -> None:
        """Take a waiting task back or, with ``force``, end its worker."""


class RayCluster:
    """A Ray cluster. Its nodes need this project and its environment in the same place, and the runs folder.

    Args:
        address: of the cluster's head, such as ``"10.0.0.5:6379"``, or ``"local"`` to start Ray on this machine.

    Raises:
        ConnectionError: no cluster answers there, or it does not let us in.
    """

    def __init__(self, address: str) -> None:
        os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
        more: dict[str, Any] = {}
        if address == LOCAL_ADDRESS:
            more = {"include_dashboard": False, "object_store_memory": _LOCAL_STORE_BYTES}
            # Of this machine, whatever networks it is in. (Ray replaces 127.0.0.1 by an outward address.)
            more["_node_ip_address"] = "127.0.0.2"
            # Ray listens on every interface of the machine: let nobody in who does not know a secret.
            os.environ.setdefault("RAY_AUTH_MODE", "token")
            os.environ.setdefault("RAY_AUTH_TOKEN", secrets.token_hex(32))
        else:
            _ring(address)
        ray: Any = importlib.import_module("ray")
        try:
            ray.init(address=address, log_to_driver=False, logging_level="ERROR", **more)
        except Exception as error:  # of many kinds
            ray.shutdown()
            said = str(error).strip().partition("\n")[0][:200]
            asked = "are the token and the version of Ray its own, and is this machine one of its nodes?"
            raise ConnectionError(f"the Ray cluster at {address} did not let us in: {asked} ({said})") from error
        self._ray = ray
        # Not retried by Ray: the driver queues the run again, where everybody sees it waiting.
        self._task = ray.remote(max_retries=0)(_work())

    def nodes(self) -> list[Size]:
        """The nodes that live, whether busy or not."""
        resources = [node["Resources"] for node in self._ray.nodes() if node["Alive"]]
        return [Size(int(one.get("CPU", 0)), int(one.get("GPU", 0))) for one in resources]

    def submit(self, paths: RunPaths, need: Size) -> Any:
        """Hand a run over; what comes back names the task."""
        task = self._task.options(num_cpus=need.cpus, num_gpus=need.gpus, name=paths.run_id)
        return task.remote(str(_PROJECT), os.getcwd(), str(paths.folder), need.cpus, need.gpus)

    def landed(self, task: Any) -> Landed | None:
        """How a task ended, None while it waits or runs."""
        errors = self._ray.exceptions
        try:
            self._ray.get(task, timeout=0)
        except errors.GetTimeoutError:
            return None
        except errors.TaskCancelledError:
            return Landed()
        except errors.OutOfMemoryError:
            return Landed(died="its node ran short of memory and Ray ended its worker")
        except errors.RayTaskError as error:
            return Landed(failed=f"the Ray task failed: {_last_line(error)}")
        except errors.RayError as error:
            print(f"{type(error).__name__}: {error}", flush=True)
            return Landed(died="its worker or node died")
        return Landed()

    def cancel(self, task: Any, *, force: bool) -> None:
        """Take a waiting task back or, with ``force``, kill its worker."""
        self._ray.cancel(task, force=force)


def connect(address: str) -> Cluster:
    """Join a cluster.

    Raises:
        ConnectionError: no cluster answers there, or it does not let us in.
    """
    return RayCluster(address)


def _ring(address: str) -> None:
    """See whether anybody answers: Ray itself would end our process after a minute of trying."""
    host, _, port = address.rpartition(":")
    try:
        socket.create_connection((host.strip("[]"), int(port)), timeout=3).close()
    except OSError as error:
        raise ConnectionError(f"no Ray cluster answers at {address} ({error.strerror or error})") from error


def _work() -> Any:
    """The function that Ray carries to a node: it brings all it needs, so no module has to be importable there yet."""

    def work(project: str, folder: str, run: str, cpus: int, gpus: int) -> None:
        import importlib
        import os
        import sys
        from pathlib import Path

        if not Path(project, "trainers").is_dir():
            raise FileNotFoundError(f"this node does not have the project at {project}")
        if project not in sys.path:
            sys.path.insert(0, project)
        if Path(folder).is_dir():  # a data folder in a run's settings may be told from here
            os.chdir(folder)
        from trainers.launchers.ray_task import carry_out

        node = importlib.import_module("ray.util").get_node_ip_address()
        carry_out(Path(run), cpus, gpus, node)

    return work


def _last_line(error: BaseException) -> str:
    return str(error).strip().rpartition("\n")[2][:300]
