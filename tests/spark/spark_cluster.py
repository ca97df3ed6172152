"""A Spark cluster of its own: a master and two workers through the wheel's spark-class, on this machine's loopback alone."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import pytest

from warehouse.spark.session import java

N_WORKERS = 2
_STARTS_WITHIN = 180.0
_QUICK = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
"""For queries over in a blink, compiling well takes longer than running badly."""

_DEFAULTS = {
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.memory": "1g",
    "spark.executor.memory": "512m",
    "spark.executor.cores": "1",
    "spark.sql.shuffle.partitions": "2",
    "spark.sql.codegen.wholeStage": "false",
    "spark.driver.extraJavaOptions": _QUICK,
    "spark.executor.extraJavaOptions": _QUICK,
}


class Cluster:
    """One master and its workers; `kill_worker` takes a worker and what runs on it away at once."""

    def __init__(self) -> None:
        pyspark = pytest.importorskip("pyspark", reason="the extra spark is not installed")
        if java() is None:
            pytest.skip("Java is not installed (make cluster installs Debian's JRE where it may)")
        self._home = Path(pyspark.__file__).parent
        self.folder = Path(tempfile.mkdtemp(prefix="hubtree-spark-"))
        conf = self.folder / "conf"
        conf.mkdir()
        (conf / "spark-defaults.conf").write_text("".join(f"{name} {value}\n" for name, value in _DEFAULTS.items()))
        self.environment = {
            "SPARK_HOME": str(self._home), "SPARK_CONF_DIR": str(conf), "SPARK_LOCAL_IP": "127.0.0.1",
            "SPARK_DAEMON_MEMORY": "256m", "SPARK_DAEMON_JAVA_OPTS": _QUICK, "SPARK_NO_DAEMONIZE": "1",
        }  # fmt: skip
        self._running: list[subprocess.Popen[bytes]] = []

    def start(self) -> None:
        """Start the master, then the workers, and wait until it knows them."""
        self._begin("master.Master", "master", "--host", "127.0.0.1", "--port", "0", "--webui-port", "0")
        self.master = self._told("master", r"spark://127\.0\.0\.1:\d+", 1)
        for number in range(N_WORKERS):
            words = ["--host", "127.0.0.1", "--webui-port", "0", "--cores", "1", "--memory", "600m"]
            work = self.folder / f"work-{number}"
            self._begin("worker.Worker", f"worker-{number}", *words, "--work-dir", str(work), self.master)
        self._told("master", r"Registering worker", N_WORKERS)

    def kill_worker(self) -> None:
        """End a worker and its executors as a power cut would."""
        os.killpg(self._running[-1].pid, signal.SIGKILL)
        self._running.pop().wait(60)

    def close(self) -> None:
        """End all of it and delete its folder."""
        for process in reversed(self._running):
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(60)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _begin(self, name: str, log: str, *words: str) -> None:
        command = [str(self._home / "bin" / "spark-class"), f"org.apache.spark.deploy.{name}", *words]
        with (self.folder / f"{log}.log").open("wb") as out:
            environment = {**os.environ, **self.environment}
            self._running.append(subprocess.Popen(command, stdout=out, stderr=out, env=environment, start_new_session=True))

    def _told(self, log: str, pattern: str, n_times: int) -> str:
        deadline = time.monotonic() + _STARTS_WITHIN
        while len(found := re.findall(pattern, (self.folder / f"{log}.log").read_text())) < n_times:
            assert all(process.poll() is None for process in self._running), (self.folder / f"{log}.log").read_text()
            assert time.monotonic() < deadline, f"the cluster did not come up: {pattern}"
            time.sleep(0.2)
        return str(found[0])
