# SPDX-License-Identifier: Apache-2.0
"""Gives a network two outputs, logits and features: finds where to cut it, makes TorchScript of it and proves that by running it."""

import contextlib
import copy
import difflib
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn

from wildstream_export.preparing import PrecisionWatch, Say, count, in_float32, name, prepare
from wildstream_export.refusal import Refusal, brief

BATCHES = (1, 2, 7)
TOLERANCE = 1e-4
SAME = 1e-6
SEED = 1


@dataclass(frozen=True)
class Choices:
    """What a user may say about the cut."""

    features: str | None = None
    logits: str | None = None
    form: str = "auto"


@dataclass(frozen=True)
class Cut:
    """A network in TorchScript with two outputs, the length D of the features and the bias of the last layer."""

    module: torch.jit.ScriptModule
    features: int
    bias: list[float]
    traced: bool


class Split(nn.Module):
    """A network cut before its last layer."""

    def __init__(self, body: nn.Module, head: nn.Module):
        super().__init__()
        self.body = body
        self.head = head

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        features = self.body(x)
        return self.head(features), features


class Output(nn.Module):
    """One of several outputs of a network, by its place or its name."""

    def __init__(self, network: nn.Module, key: int | str):
        super().__init__()
        self.network = network
        self.key = key

    __constants__ = ["key"]

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.network(x)[self.key]


class Pointwise(nn.Module):
    """A 1x1 convolution as a layer of vectors."""

    def __init__(self, convolution: nn.Conv2d):
        super().__init__()
        self.convolution = convolution

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.flatten(self.convolution(x.unsqueeze(-1).unsqueeze(-1)), 1)


class Hooked(nn.Module):
    """A network beside which the input of one of its modules is caught by a hook: for tracing and for checking."""

    def __init__(self, network: nn.Module, head: nn.Module, key: int | str | None):
        super().__init__()
        self.network = network
        self.key = key
        self.caught: list[Any] = []
        self.handle = head.register_forward_pre_hook(self.catch, with_kwargs=True)

    def catch(self, _: nn.Module, inputs: tuple, keywords: dict) -> None:
        self.caught = [*inputs, *keywords.values()][:1]

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        self.caught = []
        logits = pick(self.network(x), self.key)
        return logits, flat(self.caught[0])


def cut(network: nn.Module, x: torch.Tensor, classes: int, choices: Choices, say: Say) -> Cut:
    """Prepares a network, in place, and cuts it; x holds as many normalised images as the largest of BATCHES."""
    prepare(network, say)
    precision = precision_of(network, x[:2], say)
    with torch.no_grad(), precision():
        outputs = network(x[:2])
        key = logits_key(outputs, choices.logits, classes)
        logits = pick(outputs, key)
        require_logits(logits, classes)
        place = features_module(network, x[:2], logits, choices.features)
        hooked = Hooked(network, network.get_submodule(place), key)
        logits, features = caught(hooked, x, place)
        hooked.handle.remove()
    head = network.get_submodule(place)
    if features.shape[1] < 1 or not features.is_floating_point():
        raise Refusal(f"the input of {shown(place)} is no vector of numbers: name another module by --features")
    say(f"cut before {shown(place)} ({described(head)}): features D = {features.shape[1]}, logits K = {classes}")
    module, traced = torchscript(network, place, key, (x, logits, features), choices.form, precision, say)
    prove(module, traced, x, (logits, features), say)
    return Cut(module, features.shape[1], bias(head, logits, features), traced)


def precision_of(network: nn.Module, x: torch.Tensor, say: Say) -> Any:
    """The context in which a network computes in float32: an empty one, or that which takes its casts away."""
    watch = PrecisionWatch()
    failure = None
    try:
        with torch.no_grad(), watch:
            network(x)
        if not watch.seen:
            return contextlib.nullcontext
    except Exception as error:
        failure = error
    try:
        with torch.no_grad(), in_float32():
            network(x)
    except Exception as error:
        values = "--input C,H,W" if x.is_floating_point() else "--input, and what its values can be by --minimum and --maximum"
        raise Refusal(
            f"the network cannot run on inputs of shape {','.join(map(str, x.shape[1:]))} ({brief(failure or error)}):"
            f" give the shape that it was made for by {values}"
        ) from (failure or error)
    types = ", ".join(sorted(name(dtype) for dtype in watch.seen)) or "another type"
    say(f"computes in float32 where its code asks for {types}")
    return in_float32


def pick(outputs: Any, key: int | str | None) -> torch.Tensor:
    """The logits among a network's outputs."""
    return outputs if key is None else outputs[key]


def named_outputs(outputs: Any) -> dict[str, tuple[int | str, Any]]:
    """A network's outputs by what --logits calls them: each with its index or key."""
    if isinstance(outputs, Mapping):
        return {str(key): (key, value) for key, value in outputs.items()}
    if isinstance(outputs, (tuple, list)):
        fields = getattr(outputs, "_fields", None) or range(len(outputs))
        return {str(field): (index, outputs[index]) for index, field in enumerate(fields)}
    raise Refusal(f"the network gives {type(outputs).__name__}, not a tensor, a tuple or a dictionary: wrap it in a module that does")


def logits_key(outputs: Any, wanted: str | None, classes: int) -> int | str | None:
    """Where the logits are among a network's outputs; None when it has only one."""
    if isinstance(outputs, torch.Tensor):
        return None
    named = named_outputs(outputs)
    if wanted is not None and wanted not in named:
        raise Refusal(f"--logits {wanted}: the network gives {listed(named)}; choose one of these")
    if wanted is None and "logits" in named:
        wanted = "logits"
    if wanted is None:
        fitting = [field for field, (_, value) in named.items() if getattr(value, "shape", ())[1:] == (classes,)]
        if len(fitting) != 1:
            raise Refusal(f"the network gives {listed(named)}: say which of these are the {classes} logits, by --logits")
        wanted = fitting[0]
    return named[wanted][0]


def listed(named: dict[str, tuple[int | str, Any]]) -> str:
    """Outputs with their shapes."""
    shapes = {
        field: list(value.shape) if isinstance(value, torch.Tensor) else type(value).__name__ for field, (_, value) in named.items()
    }
    return ", ".join(f"{field} {shape}" for field, shape in shapes.items())


def require_logits(logits: Any, classes: int) -> None:
    if not isinstance(logits, torch.Tensor) or logits.dim() != 2:
        what = list(logits.shape) if isinstance(logits, torch.Tensor) else type(logits).__name__
        raise Refusal(f"logits must have shape [N,K], but two images give {what}: choose another output by --logits, or wrap the network")
    if logits.shape[1] != classes:
        raise Refusal(f"the network has {logits.shape[1]} outputs, but {classes} classes are named: give as many by --classes")


def features_module(network: nn.Module, x: torch.Tensor, logits: torch.Tensor, wanted: str | None) -> str:
    """The name of the module whose input the features are: the one asked for, or the Linear layer that makes the logits."""
    ran: list[tuple[str, nn.Module, Any]] = []
    handles = [
        module.register_forward_hook(lambda module, _, output, place=place: ran.append((place, module, output)))
        for place, module in network.named_modules()
    ]
    network(x)
    for handle in handles:
        handle.remove()
    places = [place for place, _, _ in ran]
    if wanted is not None:
        if wanted not in places:
            near = difflib.get_close_matches(wanted, [*places, *dict(network.named_modules())], 1)
            exists = wanted in dict(network.named_modules())
            problem = "does not run" if exists else "is no module of the network"
            hint = f", did you mean {near[0]}?" if near and not exists else f"; the last that run are {', '.join(last(places))}"
            raise Refusal(f"--features {wanted} {problem}{hint}")
        return wanted
    linear = [(place, output) for place, module, output in ran if isinstance(module, nn.Linear)]
    for place, output in reversed(linear):
        if output.shape == logits.shape and torch.equal(output, logits):
            return place
    fitting = {place for place, output in linear if output.shape == logits.shape}
    if len(fitting) > 1:
        raise Refusal(f"several Linear layers make {logits.shape[1]} values ({', '.join(sorted(fitting))}): name one by --features")
    if fitting or linear:
        return fitting.pop() if fitting else linear[-1][0]
    heads = [place for place, module, output in ran if place and makes(module, output, logits)]
    example = f", perhaps --features {heads[0]}" if heads else f"; the last that run are {', '.join(last(places))}"
    raise Refusal(f"the network runs no nn.Linear layer whose input could be the features: name the module that makes the logits{example}")


def makes(module: nn.Module, output: Any, logits: torch.Tensor) -> bool:
    """Whether a module gives the logits, or is a convolution that may make them."""
    if isinstance(module, nn.Conv2d):
        return module.out_channels == logits.shape[1]
    return isinstance(output, torch.Tensor) and output.shape == logits.shape and torch.equal(output, logits)


def last(places: list[str]) -> list[str]:
    return list(dict.fromkeys(place for place in places if place))[-4:]


def caught(hooked: Hooked, x: torch.Tensor, place: str) -> tuple[torch.Tensor, torch.Tensor]:
    """Logits and features of the network itself."""
    try:
        return hooked(x)
    except Refusal as refusal:
        raise Refusal(f"--features {shown(place)}: {refusal}") from refusal


def flat(features: Any) -> torch.Tensor:
    """Features as vectors: those of all places of an image are averaged."""
    if not isinstance(features, torch.Tensor) or features.dim() not in (2, 4):
        what = list(features.shape) if isinstance(features, torch.Tensor) else type(features).__name__
        raise Refusal(f"its input is {what}, but features must be [N,D] or [N,D,H,W]: name another module by --features")
    if features.dim() == 2:
        return features
    return torch.flatten(features, 1) if features.shape[2:] == (1, 1) else features.mean((2, 3))


def split(network: nn.Module, place: str, key: int | str | None = None) -> nn.Module:
    """The network cut before the named layer, which must be its last."""
    if not place:
        return Split(nn.Identity(), network)
    body = copy.deepcopy(network)
    parent, _, child = place.rpartition(".")
    owner = body.get_submodule(parent)
    head = owner.get_submodule(child)
    setattr(owner, child, nn.Identity())
    return Split(
        body if key is None else Output(body, key),
        Pointwise(head) if isinstance(head, nn.Conv2d) else head,
    )


def torchscript(
    network: nn.Module, place: str, key: int | str | None, expected: tuple, form: str, precision: Any, say: Say
) -> tuple[torch.jit.ScriptModule, bool]:
    """The scripted form, or the traced one where a network cannot be scripted and nothing else was asked for."""
    reason = "" if precision is contextlib.nullcontext else "its casts are taken away"
    if form != "trace" and not reason:
        # Inception and GoogLeNet give a tensor in Python, but a tuple in TorchScript.
        for attempt in [key, 0] if key is None else [key]:
            try:
                return scripted(network, place, attempt, expected), False
            except Exception as error:
                reason = reason or (str(error) if isinstance(error, ValueError) else brief(error))
    if form == "script":
        raise Refusal(f"the network cannot be scripted ({reason}): leave --script out and it is traced, for a teacher")
    x = expected[0]
    hooked = Hooked(network, network.get_submodule(place), key)
    with torch.no_grad(), precision(), warnings.catch_warnings(record=True) as caught_warnings:
        warnings.simplefilter("always")
        module = torch.jit.trace(hooked, x[:2], check_trace=False)
    hooked.handle.remove()
    say("traced" if form == "trace" else f"traced, since it cannot be scripted: {reason}")
    fixed = [str(warning.message) for warning in caught_warnings if issubclass(warning.category, torch.jit.TracerWarning)]
    if fixed:
        say(f"the trace keeps {count(fixed, 'decision')} that Python code took for this input shape")
    return module, True


def scripted(network: nn.Module, place: str, key: int | str | None, expected: tuple) -> torch.jit.ScriptModule:
    """The scripted form, whose outputs are those of the network itself."""
    x, logits, features = expected
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        module = torch.jit.script(split(network, place, key).eval())
        silence(module)
        try:
            script_logits, script_features = module(x)
        except RuntimeError as error:
            raise ValueError(f"it cannot be cut before {shown(place)}") from error
    if difference(logits, script_logits) > SAME or difference(features, script_features) > SAME:
        raise ValueError(f"it changes what {shown(place)} gives")
    return module


def silence(module: torch.jit.ScriptModule) -> None:
    """Takes warnings out, such as those of Inception: a service would print them at each forward pass."""
    for part in module.modules():
        for method in part._c._method_names():
            for node in part._c._get_method(method).graph.findAllNodes("aten::warn", True):
                node.destroy()


def difference(expected: torch.Tensor, actual: torch.Tensor) -> float:
    """The largest difference of two tensors, relative to the largest value of a row; infinite where their shapes differ."""
    if expected.shape != actual.shape:
        return float("inf")
    scale = expected.abs().amax(1, keepdim=True).clamp_min(torch.finfo(torch.float32).tiny)
    return ((expected - actual).abs() / scale).max().item()


def prove(module: torch.jit.ScriptModule, traced: bool, x: torch.Tensor, expected: tuple, say: Say) -> None:
    """Runs the module in batches of several sizes: an image must be answered as the network answers it, whatever is beside it."""
    largest = 0.0
    for size in BATCHES:
        try:
            with torch.no_grad():
                answers = module(x[:size])
        except Exception as error:
            raise Refusal(f"the module fails on a batch of {size} ({brief(error)}): {batch_hint(traced)}") from error
        for what, whole, answer in zip(("logits", "features"), expected, answers):
            if not torch.isfinite(answer).all():
                raise Refusal(f"the {what} for random pixels are not finite: give the weights by --weights, the scale by --mean and --std")
            off = difference(whole[:size], answer)
            if off > TOLERANCE:
                raise Refusal(f"an image has other {what} in a batch of {size} than in one of {len(x)} ({off:.1e}): {batch_hint(traced)}")
            largest = max(largest, off)
    sizes = f"{', '.join(map(str, BATCHES[:-1]))} and {BATCHES[-1]}"
    say(f"checked: batches of {sizes} have equal rows (largest relative difference {largest:.1e})")


def batch_hint(traced: bool) -> str:
    hint = "its code must treat each image alone (BatchNorm with running statistics, no squeeze(), no fixed batch size)"
    return hint + ("; --script says why it could only be traced" if traced else "")


def bias(head: nn.Module, logits: torch.Tensor, features: torch.Tensor) -> list[float]:
    """The bias of the layer that makes the logits of the features; empty when no such layer adds one."""
    if not isinstance(head, (nn.Linear, nn.Conv2d)) or head.bias is None or not head.bias.any():
        return []
    layer = Pointwise(head) if isinstance(head, nn.Conv2d) else head
    with torch.no_grad():
        return head.bias.detach().double().tolist() if difference(logits, layer(features)) <= TOLERANCE else []


def shown(place: str) -> str:
    return place or "the network itself"


def described(module: nn.Module) -> str:
    kind = type(module).__name__
    if isinstance(module, nn.Linear):
        return f"{kind} {module.in_features} to {module.out_features}"
    return f"{kind} {module.in_channels} to {module.out_channels}" if isinstance(module, nn.Conv2d) else kind
