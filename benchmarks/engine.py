"""The engine against micrograd: forward and backward through an MLP(2, [16, 16, 1]) of scalars, in one process.

micrograd builds its graph while it evaluates it, so the fair match is planning and running; running a planned graph
again, and stepping over every event of a run, are what an app does. Needs `pip install micrograd==0.1.0`.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from random import Random

import micrograd.engine
import micrograd.nn

import backprop_tui as bp
from benchmarks.measuring import Line, medians, table
from benchmarks.scenarios import Network, mlp

SIZES = (2, 16, 16, 1)


def main() -> int:
    """Print the ratios for 1 and for 100 samples."""
    network = Network.random(SIZES)
    draw = Random(2)
    samples = [(draw.uniform(-1, 1), draw.uniform(-1, 1)) for _ in range(100)]
    results = [_compare(network, samples[:1], rounds=51, repeat=10), _compare(network, samples, rounds=9)]
    return 0 if all(results) else 1


def _compare(network: Network, samples: Sequence[Sequence[float]], rounds: int, repeat: int = 1) -> bool:
    graph = bp.loads(mlp(network, samples)).graph
    planned = bp.plan(graph)
    peer = _micrograd(network)
    timeline = bp.run(planned)

    def forward_and_backward() -> micrograd.engine.Value:
        peer.zero_grad()
        total = peer(samples[0])
        for sample in samples[1:]:
            total = total + peer(sample)
        total.backward()
        return total

    def plan_and_run() -> bp.Timeline:
        graph.__dict__.pop("contributing", None)  # planning starts from nothing
        return bp.run(graph)

    def step() -> None:
        cursor = timeline.cursor()
        while cursor.step():
            pass

    assert abs(forward_and_backward().data - float(timeline.values["y"])) < 1e-9
    assert abs(peer.layers[0].neurons[0].w[0].grad - float(timeline.grads["w0_0_0"] or 0.0)) < 1e-9
    ours = {"plan and run": plan_and_run, "run a planned graph": lambda: bp.run(planned), "step to the end": step}
    measured = medians({"peer": forward_and_backward, **ours}, rounds, repeat)
    bounds = {"plan and run": 1.0, "run a planned graph": 0.5, "step to the end": 1.0}
    count = "1 sample" if len(samples) == 1 else f"{len(samples)} samples"
    return table(
        f"The engine against micrograd 0.1.0: {count}, {len(graph)} nodes, {len(timeline)} events (CPU, medians)",
        [Line(name, measured[name], measured["peer"], bounds[name]) for name in ours],
    )


def _micrograd(network: Network) -> micrograd.nn.MLP:
    peer = micrograd.nn.MLP(SIZES[0], list(SIZES[1:]))
    for layer, neurons in zip(peer.layers, network.layers, strict=True):
        for neuron, (weights, bias) in zip(layer.neurons, neurons, strict=True):
            neuron.w = [micrograd.engine.Value(weight) for weight in weights]
            neuron.b = micrograd.engine.Value(bias)
    return peer


if __name__ == "__main__":
    sys.exit(main())
