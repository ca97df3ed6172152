"""A tree as SVG where no Graphviz is on the path: one line, what to do instead, nothing written."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import Shell


@pytest.mark.usefixtures("published")
def test_svg_without_dot_on_the_path_says_what_to_do(hubtree: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    ended = hubtree("tree", "deep/Base-1", "--format", "svg", "--out", str(tmp_path / "tree.svg"))
    assert ended.code == 2
    assert "Graphviz is not installed" in ended.err
    assert "--format dot, graphml or gexf" in " ".join(ended.err.split())
    assert ended.err.count("\n") == 2
    assert not (tmp_path / "tree.svg").exists()
    other = hubtree("tree", "deep/Base-1", "--format", "dot")
    assert other.code == 0
    assert other.out.startswith("digraph")
