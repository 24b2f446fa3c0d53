"""Losses: how far a prediction is from its target, as one number or one for each sample."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from backprop_tui.graph import Attributes, Shape, Value
from backprop_tui.ops.activation import sigmoid
from backprop_tui.ops.kinks import Kink
from backprop_tui.ops.operation import Derivative, Operation, Parameter, Sample, ShapeError, plain
from backprop_tui.ops.shapes import count, show
from backprop_tui.ops.softmax import log_softmax

REDUCTION = Parameter(name="reduction", kind=("mean", "sum", "none"), default="mean", positional=False)


def reduced(losses: Any, reduction: str) -> Value:
    """The mean or the sum of the losses, or the losses themselves."""
    return plain(np.asarray(losses if reduction == "none" else getattr(np, reduction)(losses)))


def through_reduction(g: Value, losses: int, reduction: str) -> Value:
    """The gradient that reaches each of that many losses."""
    return g / losses if reduction == "mean" else g


def sloped(
    slope: Callable[[Value, Value], Value],
    *,
    formula: Callable[[Sequence[Shape], Attributes], str],
    rule: str,
    words: str,
) -> Derivative:
    """The derivative of a loss of single elements, before its reduction: `slope(x, target)`, shaped like them."""
    return Derivative(
        vjp=lambda g, y, x, target, reduction: through_reduction(g, x.size, reduction) * slope(x, target),
        jvp=lambda t, y, x, target, reduction: reduced(t * slope(x, target), reduction),
        formula=formula,
        rule=rule,
        words=words,
    )


def _reduced_shape(losses: Shape, attributes: Attributes) -> Shape:
    return losses if attributes["reduction"] == "none" else ()


def _alike(shapes: Sequence[Shape], attributes: Attributes) -> Shape:
    if shapes[0] != shapes[1]:
        raise ShapeError(
            f"a prediction {show(shapes[0])} and its target {show(shapes[1])} must have one shape", operand=1
        )
    return _reduced_shape(shapes[0], attributes)


def _classes(shape: Shape) -> int:
    """The axis of the classes: the second one, or the only one (PyTorch)."""
    return 1 if len(shape) > 1 else 0


def _samples(shape: Shape) -> Shape:
    axis = _classes(shape)
    return shape[:axis] + shape[axis + 1 :]


def _cross_entropy_shape(shapes: Sequence[Shape], attributes: Attributes) -> Shape:
    logits, targets = shapes
    if not logits:
        raise ShapeError("a scalar has no classes", operand=0)
    if targets not in (logits, _samples(logits)):
        raise ShapeError(
            f"targets {show(targets)} do not fit logits {show(logits)}",
            hint=f"class indices have shape {show(_samples(logits))}, probabilities {show(logits)}",
            operand=1,
        )
    return _reduced_shape(_samples(logits), attributes)


def _probabilities(logits: Value, targets: Value) -> Value:
    """The targets as a probability for each class. No class has an index that is not one: NaN throughout."""
    if targets.shape == logits.shape:
        return targets
    axis = _classes(logits.shape)
    index = np.expand_dims(targets, axis)
    classes = np.arange(logits.shape[axis]).reshape([-1 if i == axis else 1 for i in range(logits.ndim)])
    chosen = index == classes
    return np.where(chosen.any(axis=axis, keepdims=True), 1.0 * chosen, np.nan)


def _is_no_class(logits: Value, targets: Value) -> Any:
    """Which targets are indices that no class has."""
    is_nan = np.isnan(_probabilities(logits, targets)) & (targets.shape != logits.shape)
    return is_nan.any(axis=_classes(logits.shape))


def cross_entropy(logits: Value, targets: Value, reduction: str) -> Value:
    """-Σ target · log_softmax(logits) over the classes."""
    axis = _classes(logits.shape)
    terms = _probabilities(logits, targets) * log_softmax(logits, axis)
    return reduced(-np.sum(terms, axis=axis), reduction)


def binary_cross_entropy(logits: Value, targets: Value, reduction: str) -> Value:
    """ln(1 + eˣ) - target · x. PyTorch adds x up in two parts, which for an x of -∞ are ∞ - ∞."""
    linear = np.where(logits == -np.inf, (1.0 - targets) * logits - logits, logits * (1.0 * (logits > 0) - targets))
    return reduced(linear + np.log1p(np.exp(-np.abs(logits))), reduction)


def _by_logits(logits: Value, targets: Value) -> Value:
    """∂(loss of its sample)/∂logit: softmax · Σ target - target, shaped like the logits."""
    axis, t = _classes(logits.shape), _probabilities(logits, targets)
    return plain(np.exp(log_softmax(logits, axis)) * np.sum(t, axis=axis, keepdims=True) - t)


def _through_logits(g: Value, y: Value, logits: Value, targets: Value, reduction: str) -> Value:
    """Through -Σ target · log, then through log_softmax, as PyTorch: a gradient of ∞ makes NaN where it does there."""
    axis, t = _classes(logits.shape), _probabilities(logits, targets)
    by_logs = _through_classes(g, logits, -t, reduction)
    if targets.shape != logits.shape:  # an index leaves the other logarithms out
        by_logs = plain(np.where(t == 0, 0.0, by_logs))
    return plain(by_logs - np.exp(log_softmax(logits, axis)) * np.sum(by_logs, axis=axis, keepdims=True))


def _through_classes(g: Value, logits: Value, slope: Value, reduction: str) -> Value:
    """The gradient of the reduced losses times the slope of each sample's loss, shaped like the logits."""
    axis = _classes(logits.shape)
    upstream = np.expand_dims(through_reduction(g, count(_samples(logits.shape)), reduction), axis if g.ndim else 0)
    return plain(upstream * slope)


def _along_classes(t: Value, logits: Value, slope: Value, reduction: str) -> Value:
    """How the reduced losses move along a tangent that is shaped like the logits."""
    return reduced(np.sum(t * slope, axis=_classes(logits.shape)), reduction)


def _through_targets(g: Value, y: Value, logits: Value, targets: Value, reduction: str) -> Value:
    if targets.shape != logits.shape:  # an index has no weight
        return plain(np.zeros(targets.shape))
    return _through_classes(g, logits, -log_softmax(logits, _classes(logits.shape)), reduction)


def _along_targets(t: Value, y: Value, logits: Value, targets: Value, reduction: str) -> Value:
    if targets.shape != logits.shape:
        return plain(np.zeros(y.shape))
    return _along_classes(t, logits, -log_softmax(logits, _classes(logits.shape)), reduction)


def _torch_cross_entropy(shapes: Sequence[Shape], attributes: Attributes) -> str:
    targets = "{targets}" if shapes[0] == shapes[1] else "{targets}.long()"
    return f"torch.nn.functional.cross_entropy({{logits}}, {targets}, reduction={attributes['reduction']!r})"


def _share(formula: str) -> Callable[[Sequence[Shape], Attributes], str]:
    """The formula for one element, with its share of a mean."""

    def text(shapes: Sequence[Shape], attributes: Attributes) -> str:
        return f"{formula} / {count(shapes[0])}" if attributes["reduction"] == "mean" else formula

    return text


def _share_of_samples(formula: str) -> Callable[[Sequence[Shape], Attributes], str]:
    def text(shapes: Sequence[Shape], attributes: Attributes) -> str:
        samples = count(_samples(shapes[0]))
        return f"{formula} / {samples}" if attributes["reduction"] == "mean" and samples > 1 else formula

    return text


def _by_logits_formula(shapes: Sequence[Shape], attributes: Attributes) -> str:
    targets = "{targets}" if shapes[0] == shapes[1] else "one_hot({targets})"
    return _share_of_samples(f"{{g}} * (softmax({{logits}}) - {targets})")(shapes, attributes)


def _by_targets_formula(shapes: Sequence[Shape], attributes: Attributes) -> str:
    if shapes[0] != shapes[1]:
        return "0 * {g}"
    return _share_of_samples("-{g} * log_softmax({logits})")(shapes, attributes)


def _by_targets_words(_y: Value, logits: Value, targets: Value) -> str:
    if logits.shape != targets.shape:
        return "An index only says which logarithm is taken: no gradient passes to it."
    return "A target's weight counts as much as the logarithm that it is multiplied by."


def _spelled(name: str, *operands: str) -> Callable[[Sequence[Shape], Attributes], str]:
    slots = ", ".join(f"{{{operand}}}" for operand in operands)
    return lambda _, attributes: f"torch.nn.functional.{name}({slots}, reduction={attributes['reduction']!r})"


def _surprise(probability: str, unit: str) -> Callable[[Attributes], str]:
    """What a cross entropy is, for each reduction of it."""
    reductions = {"mean": f"averaged over the {unit}s", "sum": f"summed over the {unit}s", "none": f"for each {unit}"}
    loss = f"{{y}} is minus the logarithm of the probability that {probability}({{logits}}) gives to {{targets}}"
    return lambda attributes: f"{loss}, {reductions[str(attributes['reduction'])]}."


OPERATIONS = (
    Operation(
        name="mse_loss",
        operands=("x", "target"),
        forward=lambda x, target, reduction: reduced((x - target) ** 2, reduction),
        shape=_alike,
        parameters=(REDUCTION,),
        words=lambda attributes: {
            "mean": "{y} is the mean squared distance of {x} from {target}.",
            "sum": "{y} is the squared distance of {x} from {target}, summed over the elements.",
            "none": "{y} is the squared distance of {x} from {target}, element by element.",
        }[str(attributes["reduction"])],
        torch=_spelled("mse_loss", "x", "target"),
        derivatives=(
            sloped(
                lambda x, target: 2.0 * (x - target),
                formula=_share("{g} * 2 * ({x} - {target})"),
                rule="twice the error",
                words="The slope of a square is twice what is squared: the farther off an element, the more it gets.",
            ),
            sloped(
                lambda x, target: 2.0 * (target - x),
                formula=_share("{g} * 2 * ({target} - {x})"),
                rule="minus twice the error",
                words="Moving the target towards {x} helps as much as moving {x} towards the target: the same with the "
                "sign flipped.",
            ),
        ),
    ),
    Operation(
        name="cross_entropy",
        operands=("logits", "targets"),
        forward=cross_entropy,
        shape=_cross_entropy_shape,
        parameters=(REDUCTION,),
        words=_surprise("softmax", "sample"),
        torch=_torch_cross_entropy,
        torch_node="NllLoss",
        derivatives=(
            Derivative(
                vjp=_through_logits,
                jvp=lambda t, y, logits, targets, reduction: _along_classes(
                    t, logits, _by_logits(logits, targets), reduction
                ),
                formula=_by_logits_formula,
                rule="prediction minus target",
                words="Softmax and logarithm together leave the simplest of gradients: what was predicted less what "
                "was right.",
            ),
            Derivative(
                vjp=_through_targets,
                jvp=_along_targets,
                formula=_by_targets_formula,
                rule="minus log probability",
                words=_by_targets_words,
            ),
        ),
        kinks=(
            Kink(
                where=lambda y, logits, targets, reduction: _is_no_class(logits, targets),
                met="{targets} is the index of no class",
                taken=("the derivative is not a number", ""),
            ),
        ),
        sample=Sample(([0.0, 1.0, 2.0], 2.0)),
    ),
    Operation(
        name="binary_cross_entropy_with_logits",
        operands=("logits", "targets"),
        forward=binary_cross_entropy,
        shape=_alike,
        sample=Sample(([0.0, 2.0], [1.0, 0.0])),
        parameters=(REDUCTION,),
        words=_surprise("sigmoid", "element"),
        torch=_spelled("binary_cross_entropy_with_logits", "logits", "targets"),
        derivatives=(
            sloped(
                lambda logits, targets: sigmoid(logits) - targets,
                formula=_share("{g} * (sigmoid({logits}) - {targets})"),
                rule="prediction minus target",
                words="Sigmoid and logarithm together leave the simplest of gradients: what was predicted less what "
                "was right.",
            ),
            sloped(
                lambda logits, targets: -logits,
                formula=_share("-{g} * {logits}"),
                rule="minus the logit",
                words="The loss of an element is linear in its target: it falls by the logit as the target grows by 1.",
            ),
        ),
    ),
)
