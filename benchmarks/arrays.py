"""The engine on arrays of 100 elements, against the bare NumPy expressions of the same forward and backward pass.

The peer is what one would write by hand for this one program: no graph, nothing looked up, nothing recorded. It
computes the gradients of inputs and intermediate values as the engine does, which records all that it does.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping

import numpy as np

import backprop_tui as bp
from backprop_tui.graph import Array, Value
from benchmarks.measuring import Line, medians, table
from benchmarks.scenarios import elementwise, two_layers

Results = Mapping[str, Value]
Bare = Callable[[Mapping[str, Array]], Results]
BOUND = 3.0


def main() -> int:
    """Print the ratios for two programs."""
    holds = [
        _compare("two layers, softmax, a loss, weight decay", two_layers(), bare_two_layers),
        _compare("elementwise, with broadcasting", elementwise(), bare_elementwise),
    ]
    return 0 if all(holds) else 1


def _compare(what: str, text: str, bare: Bare) -> bool:
    graph = bp.loads(text).graph
    planned = bp.plan(graph)
    timeline = bp.run(planned)
    given = {node.name: np.asarray(node.value) for node in graph if node.value is not None}
    for name, number in bare(given).items():
        ours = timeline.values["loss"] if name == "loss" else timeline.grads[name]
        np.testing.assert_allclose(np.asarray(ours), number, rtol=1e-12, atol=1e-14, err_msg=name)

    def plan_and_run() -> bp.Timeline:
        graph.__dict__.pop("contributing", None)  # planning starts from nothing
        return bp.run(graph)

    ours = {"run a planned graph": lambda: bp.run(planned), "plan and run": plan_and_run}
    measured = medians({"peer": lambda: bare(given), **ours}, rounds=101, repeat=20)
    return table(
        f"The engine against bare NumPy, arrays of 100 elements: {what}, {len(timeline)} events (CPU, medians)",
        [
            Line("run a planned graph", measured["run a planned graph"], measured["peer"], BOUND),
            Line("plan and run", measured["plan and run"], measured["peer"], float("inf")),
        ],
    )


def bare_two_layers(given: Mapping[str, Array]) -> Results:
    """Loss and gradients of `two_layers`, by hand."""
    X, Y, W1, b1, W2, b2 = (given[name] for name in ("X", "Y", "W1", "b1", "W2", "b2"))  # noqa: N806  (as in papers)
    pre = X @ W1 + b1
    h = np.maximum(pre, 0.0)
    scores = h @ W2 + b2
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    picked = Y * np.log(p)
    loss = 0.01 * (W2 * W2).sum() - picked.sum()

    d_logs = np.full(picked.shape, -1.0) * Y
    d_p = d_logs / p
    d_scores = p * (d_p - (d_p * p).sum(axis=1, keepdims=True))
    d_h = d_scores @ W2.T
    d_pre = d_h * (pre > 0)
    return {
        "loss": loss,
        "logs": d_logs,
        "p": d_p,
        "scores": d_scores,
        "h": d_h,
        "pre": d_pre,
        "W1": X.T @ d_pre,
        "b1": d_pre.sum(axis=0),
        "W2": h.T @ d_scores + 0.02 * W2,
        "b2": d_scores.sum(axis=0),
    }


def bare_elementwise(given: Mapping[str, Array]) -> Results:
    """Loss and gradients of `elementwise`, by hand."""
    a, b, row, t = (given[name] for name in ("a", "b", "row", "t"))
    u = a * b + row
    v = np.tanh(u)
    w = v * a
    s = 1.0 / (1.0 + np.exp(-w))
    r = np.maximum(s - row, 0.0)
    error = r - t
    loss = (error**2).mean()

    d_error = 2.0 / error.size * error
    d_s = d_error * (s > row)
    d_w = d_s * (s * (1.0 - s))
    d_v = d_w * a
    d_u = d_v * (1.0 - v * v)
    return {
        "loss": loss,
        "error": d_error,
        "s": d_s,
        "w": d_w,
        "v": d_v,
        "u": d_u,
        "a": d_w * v + d_u * b,
        "b": d_u * a,
        "row": d_u.sum(axis=0) - d_s.sum(axis=0),
    }


if __name__ == "__main__":
    sys.exit(main())
