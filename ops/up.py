"""`make up`: start a local Airflow with the DAGs on schedule, and say where it is."""

from __future__ import annotations

import sys

from ops.airflow_home import USER, password_file
from ops.services import bring_up
from ops.terminal import exit_code_of, say
from pipelines.settings import Settings


def main() -> None:
    """Bring it up, or say that it is up."""
    settings = Settings.from_environment()
    services, is_new = bring_up(settings.layout)
    say(f"Airflow {'is up' if is_new else 'was up already'}: {services.url}")
    say(f"  log in as {USER}; the password is in {password_file(settings.layout)}")
    say(f"  nightly_ingest runs daily at 02:00 UTC against {settings.endpoint}, dashboard_extracts after each publishing")
    say("  make logs shows what it does, make down ends it")


if __name__ == "__main__":
    sys.exit(exit_code_of(main))
