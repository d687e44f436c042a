# SPDX-License-Identifier: Apache-2.0
"""Finds a network by its name in a module or a file, and its weights in a checkpoint."""

import difflib
import functools
import importlib
import importlib.util
import inspect
import os
import pickle
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import torch
from torch import nn

from wildstream_export.refusal import Refusal, brief

OLDEST_TORCH = (2, 10)
DEFAULT_KEY = "state_dict"
DATA_PARALLEL_PREFIX = "module."


def require_fixed_unpickler(version: str) -> None:
    """Before 2.10, torch.load runs code of a crafted file in spite of weights_only (CVE-2026-24747)."""
    if tuple(int(part) for part in version.split(".")[:2]) < OLDEST_TORCH:
        raise Refusal(f"PyTorch {version} loads state dicts unsafely (CVE-2026-24747): pip install -r deploy/models/requirements.txt")


def find(reference: str, option: str) -> Any:
    """The object that package.module:name or file.py:name names; the name may have dots."""
    place, _, name = reference.rpartition(":")
    if not place:
        raise Refusal(f"{option} must be package.module:name or file.py:name, got '{reference}'")
    found: Any = import_from_file(Path(place), option) if place.endswith(".py") else import_by_name(place, option)
    for part in name.split("."):
        if not hasattr(found, part):
            near = difflib.get_close_matches(part, dir(found), 1)
            hint = f", did you mean {near[0]}?" if near else ""
            raise Refusal(f"{option} {reference}: there is no '{part}'{hint}")
        found = getattr(found, part)
    return found


def import_by_name(name: str, option: str) -> ModuleType:
    if os.getcwd() not in sys.path:
        sys.path.insert(0, os.getcwd())
    try:
        return importlib.import_module(name)
    except Exception as error:
        hint = f"install what is missing, run where {name.split('.')[0]} is, or name a file: {option} path/file.py:name"
        raise Refusal(f"{option}: cannot import {name} ({brief(error)}): {hint}") from error


def import_from_file(path: Path, option: str) -> ModuleType:
    """A file of its own; what lies beside it can be imported by it."""
    if not path.is_file():
        raise Refusal(f"{option}: there is no file {path}")
    sys.path.insert(0, str(path.resolve().parent))
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise Refusal(f"{option}: {path} cannot be imported ({brief(error)})") from error
    return module


def is_maker(found: Any) -> bool:
    """Whether an object has to be called to get what is meant."""
    return isinstance(found, (type, functools.partial)) or inspect.isroutine(found)


def make_network(reference: str, keywords: dict) -> nn.Module:
    """The network itself, or what the callable gives."""
    found = find(reference, "--module")
    if isinstance(found, nn.Module):
        return found
    if not callable(found):
        raise Refusal(f"--module {reference} is neither a torch.nn.Module nor callable")
    try:
        made = found(**keywords)
    except Exception as error:
        raise Refusal(f"--module {reference} cannot be called ({brief(error)}): give what it needs by --arguments NAME=VALUE") from error
    if not isinstance(made, nn.Module):
        raise Refusal(f"--module {reference} gives {type(made).__name__}: name a callable that makes a torch.nn.Module")
    return made


def unwrapped(network: nn.Module) -> nn.Module:
    """The network inside DataParallel, DistributedDataParallel and torch.compile."""
    while True:
        if isinstance(network, (nn.DataParallel, nn.parallel.DistributedDataParallel)):
            network = network.module
        elif isinstance(getattr(network, "_orig_mod", None), nn.Module):
            network = network._orig_mod
        else:
            return network


def load_weights(network: nn.Module, path: Path, key: str | None, strip: str | None, parallel: bool) -> None:
    """Puts a checkpoint's weights into a network, which may have been in DataParallel; every weight must have its place."""
    state = tensors(read(path), path, key)
    if strip is None and parallel and all(name.startswith(DATA_PARALLEL_PREFIX) for name in state):
        strip = DATA_PARALLEL_PREFIX
    state = stripped(state, path, strip)
    own = network.state_dict()
    shapes = [name for name in own if name in state and own[name].shape != state[name].shape]
    if shapes:
        name = shapes[0]
        raise Refusal(
            f"--weights {path}: {name} is {list(state[name].shape)} in the file and {list(own[name].shape)} in the network:"
            " make the network as it was trained, by --arguments NAME=VALUE"
        )
    result = network.load_state_dict(state, strict=False)
    if result.missing_keys or result.unexpected_keys:
        raise Refusal(f"--weights {path}: {misfit(result, own.keys())}")


def misfit(result: Any, own: Any) -> str:
    """Which keys have no place, and the option that may help."""
    missing, unexpected = result.missing_keys, result.unexpected_keys
    for name in unexpected:
        prefix = next((name[: -len(known)] for known in own if name.endswith("." + known)), None)
        if prefix and all(key.startswith(prefix) for key in unexpected):
            return f"{len(unexpected)} keys begin with '{prefix}', which the network does not know: add --strip {prefix}"
    parts = []
    if missing:
        parts.append(f"it lacks {len(missing)} of {len(own)} keys ({missing[0]})")
    if unexpected:
        parts.append(f"the network has no place for {len(unexpected)} keys ({unexpected[0]})")
    return " and ".join(parts) + ": make the network as it was trained (--arguments), or choose the part of the file by --key and --strip"


def read(path: Path) -> Any:
    """A file's tensors and plain values; it cannot run code."""
    if not path.is_file():
        raise Refusal(f"--weights: there is no file {path}")
    if path.suffix == ".safetensors":
        try:
            from safetensors.torch import load_file
        except ImportError as error:
            raise Refusal(f"--weights {path} needs a package: pip install safetensors") from error
        return load_file(path)
    require_fixed_unpickler(torch.__version__)
    try:
        return torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        held = re.search(r"GLOBAL ([\w.]+)", str(error))
        what = f" ({held[1]})" if held else ""
        raise Refusal(
            f"--weights {path} holds more than tensors and plain values{what}, which would run code when it is read:"
            " where it was made, save the weights alone: torch.save(network.state_dict(), FILE)"
        ) from error
    except Exception as error:
        hint = "it must be what torch.save wrote, or a .safetensors file"
        raise Refusal(f"--weights {path} cannot be read ({brief(error)}): {hint}") from error


def tensors(content: Any, path: Path, key: str | None) -> Mapping[str, torch.Tensor]:
    """The state dict within a checkpoint."""
    if key is None and isinstance(content, Mapping) and DEFAULT_KEY in content:
        key = DEFAULT_KEY
    for part in key.split(".") if key else []:
        if not isinstance(content, Mapping) or part not in content:
            raise Refusal(f"--weights {path} has no '{part}'; it holds {names(content)}: choose one of these by --key")
        content = content[part]
    if isinstance(content, Mapping) and content and all(isinstance(value, torch.Tensor) for value in content.values()):
        return content
    if key is None and isinstance(content, Mapping):
        raise Refusal(f"--weights {path} is a checkpoint that holds {names(content)}: say which of these are the weights, by --key")
    where = f" at --key {key}" if key else ""
    raise Refusal(f"--weights {path}: what lies there{where} is no state dict, but {names(content)}: choose the weights by --key")


def names(content: Any) -> str:
    if not isinstance(content, Mapping):
        return type(content).__name__
    shown = [str(name) for name in list(content)[:8]]
    return ", ".join(shown) + (", ..." if len(content) > len(shown) else "")


def stripped(state: Mapping[str, torch.Tensor], path: Path, prefix: str | None) -> dict[str, torch.Tensor]:
    """The state dict without a prefix of its keys."""
    if prefix and not any(name.startswith(prefix) for name in state):
        raise Refusal(f"--strip {prefix}: no key of {path} begins so; the first is {next(iter(state))}")
    return {name.removeprefix(prefix or ""): value for name, value in state.items()}
