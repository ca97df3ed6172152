"""Progress: a line a page in logs, a bar on a terminal, nothing when quiet."""

from __future__ import annotations

import io

import pytest

from pipelines.progress import BarProgress, LineProgress, Progress, SilentProgress, progress_for


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def tell_all(progress: Progress) -> None:
    progress.expect(400, "models")
    progress.page(100, 499)
    progress.wait(56.0, "the hub's budget for api")
    progress.page(100, None)
    progress.card("full", 3)
    progress.card("failed", 2)
    progress.finish()


def test_lines_tell_each_page_and_each_wait(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    tell_all(LineProgress())
    lines = [record.getMessage() for record in caplog.records]
    assert sum(line.startswith("crawl.page ") for line in lines) == 2
    assert any("rows=100 rows_so_far=200" in line for line in lines)
    assert any("seconds=56.0" in line for line in lines)
    assert any("budget_left=499" in line for line in lines)


def test_cards_are_told_in_batches(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    progress = LineProgress()
    progress.expect(450, "cards")
    for _ in range(450):
        progress.card("full", None)
    lines = [record.getMessage() for record in caplog.records if "crawl.cards" in record.getMessage()]
    assert [line.split()[1] for line in lines] == ["cards=200", "cards=400", "cards=450"]


def test_a_bar_shows_the_count_and_what_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    tell_all(BarProgress(terminal))
    assert "202/400" in terminal.getvalue()


def test_a_bar_that_was_never_told_what_to_expect_stays_quiet() -> None:
    terminal = Terminal()
    progress = BarProgress(terminal)
    progress.page(1, None)
    progress.wait(5, "nothing")
    progress.finish()
    assert "/" not in terminal.getvalue()


def test_the_display_fits_the_stream() -> None:
    assert isinstance(progress_for(Terminal()), BarProgress)
    assert isinstance(progress_for(io.StringIO()), LineProgress)
    assert isinstance(progress_for(Terminal(), quiet=True), SilentProgress)
    tell_all(SilentProgress())
