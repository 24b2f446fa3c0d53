"""A PyTorch that is missing, broken or too slow is a remark. What it says where it is there: tests/torch."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import pytest

from backprop_tui.engine.run import run
from backprop_tui.lenses.autograd import Autograd, compare_with_pytorch
from tests.graphs import tree


def test_pytorch_that_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    assert compare_with_pytorch(run(tree())) == Autograd(remark="is not installed")


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("raise OSError('libtorch.so: no such file\\nand more')", "OSError: libtorch.so: no such file"),
        ("raise RuntimeError", "RuntimeError"),
        ("import a_module_that_nobody_has", "ModuleNotFoundError: No module named 'a_module_that_nobody_has'"),
    ],
)
def test_pytorch_that_cannot_be_loaded(
    statement: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "torch.py").write_text(statement)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "torch", raising=False)
    assert compare_with_pytorch(run(tree())) == Autograd(remark=f"cannot be loaded: {said}")


def test_a_folder_that_is_left_of_pytorch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", ModuleType("torch"))
    said = "cannot be loaded: AttributeError: module 'torch' has no attribute '__version__'"
    assert compare_with_pytorch(run(tree())) == Autograd(remark=said)


def test_pytorch_that_lacks_something(monkeypatch: pytest.MonkeyPatch) -> None:
    torch = ModuleType("torch")
    torch.__version__ = "0.1+cpu"  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "torch", torch)
    found = compare_with_pytorch(run(tree()))
    assert found.version == "0.1"
    assert found.remark == "gives up: AttributeError: module 'torch' has no attribute 'tensor'"


def test_a_graph_that_would_cost_too_much_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    torch = ModuleType("torch")
    torch.__version__ = "2.0"  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "torch", torch)
    monkeypatch.setattr("backprop_tui.lenses.autograd.BUDGET", 100_000)
    assert compare_with_pytorch(run(tree())) == Autograd("2.0", "would take too long")
