"""The one process that computes for all visitors of the playground: the page process never loads torch."""

from __future__ import annotations

import json
import queue
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

from softsil.errors import SoftsilError

_ROOT = Path(__file__).parents[2]
ANSWER_SECONDS = 10.0
FIRST_ANSWER_SECONDS = 60.0  # it loads torch first


class PlaygroundError(SoftsilError):
    """The playground's process gave no answer."""


class Service:
    """Asks the worker, which it starts when it is first needed and again after it was lost.

    The worker ends when its input does, that is, with this process, however that ends.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[str] | None = None
        self._answers: queue.SimpleQueue[str] = queue.SimpleQueue()

    def ask(self, question: dict[str, Any]) -> dict[str, Any]:
        """The worker's answer; see :func:`trainers.playground.worker.answer`.

        Raises:
            PlaygroundError: the question does not make sense, or there was no answer in time.
        """
        with self._lock:
            seconds = ANSWER_SECONDS
            if self._process is None or self._process.poll() is not None:
                self._start()
                seconds = FIRST_ANSWER_SECONDS
            text = self._exchange(json.dumps(question), seconds)
        said: dict[str, Any] = json.loads(text)
        if "error" in said:
            raise PlaygroundError(str(said["error"]))
        return said

    def _exchange(self, question: str, seconds: float) -> str:
        assert self._process is not None
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(question + "\n")
            self._process.stdin.flush()
            text = self._answers.get(timeout=seconds)
        except (queue.Empty, OSError) as error:
            self.stop()
            raise PlaygroundError("no answer in time; fewer points or another loss will do, or try again") from error
        if not text:
            self.stop()
            raise PlaygroundError("the process that computes the forces was lost; try again")
        return text

    def _start(self) -> None:
        self._answers = queue.SimpleQueue()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "trainers.playground.worker"],
            cwd=_ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
        )
        threading.Thread(target=_read, args=(self._process.stdout, self._answers), daemon=True).start()

    def stop(self) -> None:
        """End the worker; the next question starts another one."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


def _read(lines: Any, answers: queue.SimpleQueue[str]) -> None:
    for line in lines:
        answers.put(line)
    answers.put("")


SERVICE = Service()
