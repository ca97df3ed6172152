"""A Postgres of its own: Debian's programs, a temporary folder, one socket, nobody but this test."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import pytest

_PORT = 5432
_STARTS_WITHIN = 60.0


class Postgres:
    """One server; `stop_at_once` is what a power cut is to it."""

    def __init__(self) -> None:
        self._programs = _programs()
        self.folder = Path(tempfile.mkdtemp(prefix="hubtree-lake-"))
        self._owner: dict[str, object] = {}
        if os.geteuid() == 0:  # Postgres refuses to run as root
            owner = _other_user()
            shutil.chown(self.folder, owner.pw_uid, owner.pw_gid)
            self._owner = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
        words = ["initdb", "-D", "data", "-A", "trust", "-U", "hubtree", "-E", "UTF8", "--locale=C", "--no-sync"]
        ended = self._call(words)
        assert ended.returncode == 0, ended.stderr
        self._server: subprocess.Popen[bytes] | None = None

    @property
    def catalog(self) -> str:
        """How libpq finds it."""
        return f"dbname=postgres host={self.folder} user=hubtree"

    def start(self) -> None:
        """Start it and wait until it takes connections."""
        (self.folder / f".s.PGSQL.{_PORT}").unlink(missing_ok=True)
        with (self.folder / "log").open("ab") as log:
            words = [str(self._programs / "postgres"), "-D", "data", "-k", str(self.folder), "-c", "listen_addresses="]
            words += ["-c", f"port={_PORT}", "-c", "max_connections=100"]
            self._server = subprocess.Popen(words, stderr=log, stdout=log, cwd=self.folder, **self._owner)  # type: ignore[call-overload]
        deadline = time.monotonic() + _STARTS_WITHIN
        while self._call(["pg_isready", "-q", "-h", str(self.folder), "-p", str(_PORT)]).returncode:
            assert self._server.poll() is None, (self.folder / "log").read_text()
            assert time.monotonic() < deadline, "Postgres did not come up"

    def stop_at_once(self) -> None:
        """End it without a checkpoint: its connections break, its log is replayed at the next start."""
        self._end(signal.SIGQUIT)

    def close(self) -> None:
        """End it and delete its folder."""
        self._end(signal.SIGINT)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _end(self, how: signal.Signals) -> None:
        if self._server is not None:
            self._server.send_signal(how)
            self._server.wait(60)
            self._server = None

    def _call(self, words: list[str]) -> subprocess.CompletedProcess[str]:
        command = [str(self._programs / words[0]), *words[1:]]
        return subprocess.run(command, cwd=self.folder, capture_output=True, text=True, check=False, **self._owner)  # type: ignore[call-overload,no-any-return]


def _programs() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found and (elsewhere := shutil.which("initdb")):
        found = [Path(elsewhere)]
    if not found:
        pytest.skip("Postgres is not installed (make cluster installs Debian's package where it may)")
    return found[-1].parent


def _other_user() -> pwd.struct_passwd:
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    pytest.skip("Postgres does not run as root, and there is no other user here")
