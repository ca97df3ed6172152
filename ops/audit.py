"""`make audit`: are there advisories against the versions of `requirements.lock`? Asked of two services by pip-audit.

It never calls silence good news: where no advisories can be reached it says so and ends with code 3, since nothing was audited.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

LOCK: Final = Path(__file__).parent.parent / "requirements.lock"
SERVICES: Final = ("pypi", "osv")
"""pip-audit's names of them: the package index's own advisories, and those of OSV."""
FOUND, NOT_AUDITED = 1, 3


def main() -> None:
    """Ask one service after the other, until one answers."""
    for service in SERVICES:
        lines, code = verdict(service, ask(service))
        sys.stdout.write("\n".join(lines) + "\n")
        if code != NOT_AUDITED:
            sys.exit(code)
    sys.stdout.write("nothing was audited: no advisories can be reached from here; run make audit where they can\n")
    sys.exit(NOT_AUDITED)


def ask(service: str, run: Callable[..., Any] = subprocess.run) -> Mapping[str, Any] | None:
    """Return pip-audit's report on the lock, or None where it ends without one; nothing is installed for it."""
    command = [sys.executable, "-m", "pip_audit", "--requirement", str(LOCK), "--no-deps", "--disable-pip", "--format", "json"]
    command += ["--vulnerability-service", service, "--progress-spinner", "off", "--timeout", "10"]
    try:
        done = run(command, capture_output=True, text=True, check=False, timeout=1200)
        report = json.loads(done.stdout)
    except (ValueError, subprocess.TimeoutExpired):
        return None
    return report if isinstance(report, dict) else None


def verdict(service: str, report: Mapping[str, Any] | None) -> tuple[Sequence[str], int]:
    """Return what to say of a report, and the exit code: 0 nothing known, 1 advisories found, 3 nothing was audited.

    Packages that the service does not know are named: they count as unaudited, not as clean.
    """
    packages = report.get("dependencies", []) if report else []
    audited = [package for package in packages if "skip_reason" not in package]
    if not audited:
        return [f"{service}: no advisories to be had ({len(packages)} packages asked for)"], NOT_AUDITED
    lines = [f"{package['name']} {package['version']}: {_told(hole)}" for package in audited for hole in package["vulns"]]
    unknown = sorted(package["name"] for package in packages if "skip_reason" in package)
    if unknown:
        lines.append(f"not audited, because {service} does not know them: {', '.join(unknown)}")
    n_found = sum(len(package["vulns"]) for package in audited)
    return [*lines, f"{service}: {len(audited)} packages audited, {n_found} advisories"], FOUND if n_found else 0


def _told(hole: Mapping[str, Any]) -> str:
    return f"{hole['id']}, fixed in {', '.join(hole.get('fix_versions', [])) or 'none yet'}"


if __name__ == "__main__":
    main()
