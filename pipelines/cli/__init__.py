"""The command line: parses arguments, shows progress, prints results, sets exit codes."""

from pipelines.cli.main import main

__all__ = ["main"]
