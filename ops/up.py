"""`make up`: start a local Airflow with the DAGs on schedule, and say where it is."""

from __future__ import annotations

import sys

from ops.airflow_home import USER, password_file
from ops.services import bring_up
from ops.terminal import exit_code_of, say
from pipelines.crawl.worlds import refuse_mixing
from pipelines.settings import Settings
from warehouse.errors import HubtreeError


def main() -> None:
    """Bring it up, or say that it is up."""
    settings = Settings.from_environment()
    services, is_new = bring_up(settings.layout)
    say(f"Airflow {'is up' if is_new else 'was up already'}: {services.url}")
    say(f"  log in as {USER}; the password is in {password_file(settings.layout)}")
    say(f"  nightly_ingest runs daily at 02:00 UTC against {settings.endpoint}, dashboard_extracts after each publishing")
    _say_whose_home(settings)
    say("  make logs shows what it does, make down ends it")


def _say_whose_home(settings: Settings) -> None:
    """Say it where the night is going to be refused: `make run` fills the same home with planted models."""
    try:
        refuse_mixing(settings.layout.landing, settings.endpoint)
    except HubtreeError as error:
        say(f"  {error}: nightly_ingest will refuse to run; {error.hint}")


if __name__ == "__main__":
    sys.exit(exit_code_of(main))
