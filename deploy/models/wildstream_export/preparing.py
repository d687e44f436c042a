# SPDX-License-Identifier: Apache-2.0
"""Makes of a network what can be exported: one computation, in evaluation mode, in float32."""

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import nn
from torch.nn.utils import parametrize, prune, remove_spectral_norm, remove_weight_norm
from torch.nn.utils.spectral_norm import SpectralNorm
from torch.nn.utils.weight_norm import WeightNorm
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves, tree_map

from wildstream_export.refusal import Refusal

LOW_PRECISION = (torch.float16, torch.bfloat16)
Say = Callable[[str], None]


def prepare(network: nn.Module, say: Say) -> None:
    """Changes the network in place."""
    if isinstance(network, torch.jit.ScriptModule):
        raise Refusal("the network is TorchScript already, which cannot be cut: give the Python module that it was made of by --module")
    evaluate(network, say)
    fold(network, say)
    to_float32(network, say)


def evaluate(network: nn.Module, say: Say) -> None:
    """Evaluation mode for every layer, those too whose owner keeps them in training mode."""
    left = [name for name, module in network.named_modules() if isinstance(module, nn.modules.batchnorm._BatchNorm) and module.training]
    network.eval()
    for module in network.modules():
        module.training = False
    if left:
        say(f"put into evaluation mode: {count(left, 'BatchNorm layer')} in training mode ({left[0]}{', ...' if len(left) > 1 else ''})")


def fold(network: nn.Module, say: Say) -> None:
    """Replaces weights that are computed anew by each call: weight norm, spectral norm, pruning, any parametrization."""
    folded = []
    for name, module in list(network.named_modules()):
        owner = name + "." if name else ""
        if parametrize.is_parametrized(module):
            for tensor in list(module.parametrizations):
                parametrize.remove_parametrizations(module, tensor, leave_parametrized=True)
                folded.append(owner + tensor)
        for hook in list(module._forward_pre_hooks.values()):
            if isinstance(hook, WeightNorm):
                remove_weight_norm(module, hook.name)
                folded.append(owner + hook.name)
            elif isinstance(hook, SpectralNorm):
                remove_spectral_norm(module, hook.name)
                folded.append(owner + hook.name)
            elif isinstance(hook, prune.BasePruningMethod):
                prune.remove(module, hook._tensor_name)
                folded.append(owner + hook._tensor_name)
    if folded:
        say(f"made plain: {count(folded, 'weight')} computed from others, by weight norm for example ({', '.join(folded[:3])})")


def to_float32(network: nn.Module, say: Say) -> None:
    """Weights of float16, bfloat16 and float64 become float32."""
    tensors = [*network.parameters(), *network.buffers()]
    others = sorted({name(tensor.dtype) for tensor in tensors if tensor.is_floating_point() and tensor.dtype != torch.float32})
    network.cpu().float()
    if others:
        say(f"converted to float32: weights of {', '.join(others)}")


class PrecisionWatch(TorchDispatchMode):
    """Notes which types of low precision a computation uses."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: set[torch.dtype] = set()

    def __torch_dispatch__(self, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        result = function(*args, **(kwargs or {}))
        self.seen |= {leaf.dtype for leaf in tree_leaves(result) if isinstance(leaf, torch.Tensor) and leaf.dtype in LOW_PRECISION}
        return result


class InFloat32(TorchFunctionMode):
    """Lets a network compute in float32 where its code asks for float16 or bfloat16: each row is then the same in any batch."""

    def __torch_function__(self, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if function in (torch.Tensor.half, torch.Tensor.bfloat16):
            function = torch.Tensor.float
        args, kwargs = tree_map(raised, (args, kwargs or {}))
        return function(*args, **kwargs)


def raised(value: Any) -> Any:
    """A type of low precision as float32, anything else as it is."""
    return torch.float32 if isinstance(value, torch.dtype) and value in LOW_PRECISION else value


@contextlib.contextmanager
def in_float32() -> Iterator[None]:
    """Computes in float32: casts to a lower precision are not done, and autocast has no effect."""
    autocast = torch.amp.autocast_mode.autocast
    enter = autocast.__enter__

    def enter_without_effect(self: Any) -> Any:
        self._enabled = False
        return enter(self)

    autocast.__enter__ = enter_without_effect
    try:
        with InFloat32():
            yield
    finally:
        autocast.__enter__ = enter


def name(dtype: torch.dtype) -> str:
    return str(dtype).removeprefix("torch.")


def count(things: list, what: str) -> str:
    return f"{len(things)} {what}{'' if len(things) == 1 else 's'}"
