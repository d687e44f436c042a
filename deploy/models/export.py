#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Exports a torch.nn.Module as a Wildstream model directory: model.pt (TorchScript), model.json and condense.pt.

The TorchScript module's forward(x: float32[N,C,H,W]) gives (logits[N,K], features[N,D]), where features are the input of the last
Linear layer. The module itself only has to give logits. It is scripted: dropout and BatchNorm follow train and eval mode, and every
parameter stays trainable. A module that cannot be scripted can be traced with --trace; its mode is then frozen to eval: for teachers.
condense.pt holds the same network with the second-order gradients that dataset distillation needs; a traced module has none.

Examples:
  python deploy/models/export.py --module torchvision.models:resnet18 --arguments num_classes=10 --state teacher.pt \\
      --input 3,32,32 --classes airplane,automobile,bird,cat,deer,dog,frog,horse,ship,truck \\
      --mean 0.4914,0.4822,0.4465 --std 0.2470,0.2435,0.2616 --accuracy 0.953 --output models/cifar-teacher
  python deploy/models/export.py --builtin all
"""

import argparse
import copy
import hashlib
import importlib
import io
import json
import os
import sys
import zipfile
from pathlib import Path

import torch
from torch import nn

import condense

HERE = Path(__file__).resolve().parent
BUFFERS_METHOD = "wildstream_buffers"
OLDEST_TORCH = (2, 10)
CONDENSE_FILE = "condense.pt"
FIRST_ZIP_DATE = (1980, 1, 1, 0, 0, 0)


class Split(nn.Module):
    """A network cut before its last Linear layer."""

    def __init__(self, body: nn.Module, head: nn.Linear):
        super().__init__()
        self.body = body
        self.head = head

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        features = self.body(x)
        return self.head(features), features


class Hooked(nn.Module):
    """A network whose last Linear layer's input is caught by a forward-pre-hook: for tracing and for checking."""

    def __init__(self, network: nn.Module, head: nn.Linear):
        super().__init__()
        self.network = network
        self.caught: list[torch.Tensor] = []
        head.register_forward_pre_hook(lambda _, inputs: self.caught.append(inputs[0]))

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        self.caught.clear()
        logits = self.network(x)
        return logits, self.caught[-1]


def last_linear(network: nn.Module, x: torch.Tensor) -> str:
    """The name of the Linear layer that runs last."""
    ran: list[str] = []
    handles = [
        module.register_forward_pre_hook(lambda _, __, name=name: ran.append(name))
        for name, module in network.named_modules()
        if isinstance(module, nn.Linear)
    ]
    with torch.no_grad():
        network(x)
    for handle in handles:
        handle.remove()
    if not ran:
        raise SystemExit("the module runs no nn.Linear layer: features are the input of the last one")
    return ran[-1]


def split(network: nn.Module, name: str) -> nn.Module:
    """The network cut before the named layer."""
    if not name:
        return Split(nn.Identity(), network)
    body = copy.deepcopy(network)
    parent, _, child = name.rpartition(".")
    owner = body.get_submodule(parent)
    head = owner.get_submodule(child)
    setattr(owner, child, nn.Identity())
    return Split(body, head)


def with_features(network: nn.Module, shape: tuple[int, ...], trace: bool) -> tuple[torch.jit.ScriptModule, nn.Linear, int]:
    """The TorchScript form, the last Linear layer and the number of features; checked against the network itself."""
    network.eval()
    x = torch.rand((2, *shape), generator=torch.Generator().manual_seed(1))
    name = last_linear(network, x)
    head = network.get_submodule(name)
    twin = copy.deepcopy(network)
    hooked = Hooked(twin, twin.get_submodule(name)).eval()
    with torch.no_grad():
        logits, features = hooked(x)
        module = torch.jit.trace(hooked, x) if trace else torch.jit.script(split(network, name).eval())
        script_logits, script_features = module(x)
    if not (torch.equal(logits, script_logits) and torch.equal(features, script_features)):
        raise SystemExit("the network changes the output of its last Linear layer, so it cannot be cut there: export it with --trace")
    if logits.dim() != 2 or features.dim() != 2:
        raise SystemExit(f"expected logits[N,K] and features[N,D], got {tuple(logits.shape)} and {tuple(features.shape)}")
    return module, head, features.shape[1]


def expose_buffers(module: torch.jit.ScriptModule) -> None:
    """Adds a method that gives the buffers by name: libtorch's Java binding lists parameters only, a checkpoint needs both."""
    if module._c._has_method(BUFFERS_METHOD):
        return  # Modules of equal structure share a type, and with it the method.
    lines = [f"def {BUFFERS_METHOD}(self) -> Dict[str, Tensor]:", "    named = torch.jit.annotate(Dict[str, Tensor], {})"]
    for name, _ in module.named_buffers():
        path = "self"
        for part in name.split("."):
            path = f'getattr({path}, "{part}")'
        lines.append(f'    named["{name}"] = {path}')
    module.define("\n".join([*lines, "    return named", ""]))


def torchscript_bytes(module: torch.jit.ScriptModule, compress: bool) -> bytes:
    """The archive without debug records: they hold paths of this machine."""
    raw, clean = io.BytesIO(), io.BytesIO()
    torch.jit.save(module, raw)
    method = zipfile.ZIP_DEFLATED if compress else zipfile.ZIP_STORED
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(clean, "w", method, compresslevel=9) as target:
        for entry in source.infolist():
            if not entry.filename.endswith(".debug_pkl"):
                target.writestr(zipfile.ZipInfo(entry.filename, FIRST_ZIP_DATE), source.read(entry), method)
    return clean.getvalue()


def write(directory: Path, network: nn.Module, description: dict, trace: bool = False, compress: bool = False) -> None:
    """Writes model.pt and model.json; the description lacks feature size, digest and classifier bias."""
    size = description["input"]
    shape = (size["channels"], size["height"], size["width"])
    module, head, features = with_features(network, shape, trace)
    if head.out_features != len(description["classes"]):
        raise SystemExit(f"the last Linear layer has {head.out_features} outputs, but {len(description['classes'])} classes are named")
    expose_buffers(module)
    content = torchscript_bytes(module, compress)
    bias = [] if head.bias is None else [float(value) for value in head.bias.detach().double()]
    description = description | {
        "featureSize": features,
        "digest": hashlib.sha256(content).hexdigest(),
        "classifierBias": bias if any(bias) else [],
    }
    directory.mkdir(parents=True, exist_ok=True)
    files = [("model.pt", content), ("model.json", (json.dumps(description, indent=2) + "\n").encode())]
    if not trace:
        files.append((CONDENSE_FILE, torchscript_bytes(condense.script(module), compress)))
    for name, data in files:
        temporary = directory / (name + ".tmp")
        temporary.write_bytes(data)
        temporary.replace(directory / name)


def describe(name: str, shape: tuple[int, ...], classes: list[str], mean: list[float], std: list[float]) -> dict:
    """What model.json says before the module is known."""
    channels, height, width = shape
    return {
        "name": name,
        "input": {"channels": channels, "height": height, "width": width},
        "classes": classes,
        "mean": mean,
        "std": std,
        "accuracy": None,
        "classAccuracy": [],
    }


def write_builtin(root: Path, name: str, channels: int, size: int, classes: int) -> None:
    """One untrained network: all weights 0, since a student gets its own from its seed."""
    import architectures

    network = architectures.build(name, channels, size, classes)
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.zero_()
    full_name = f"{name}-{channels}x{size}-{classes}"
    labels = [str(index) for index in range(classes)]
    description = describe(full_name, (channels, size, size), labels, [0.5] * channels, [0.5] * channels)
    write(root / full_name, network, description, compress=True)
    print(f"{full_name}: {sum(parameter.numel() for parameter in network.parameters())} parameters")


def write_builtins(which: str, root: Path) -> None:
    import architectures

    names = architectures.NAMES if which == "all" else which.split(",")
    for name in names:
        for channels, size in architectures.INPUTS:
            for classes in architectures.CLASSES:
                write_builtin(root, name, channels, size, classes)


def require_fixed_unpickler(version: str) -> None:
    """Before 2.10, torch.load runs code of a crafted file in spite of weights_only (CVE-2026-24747)."""
    if tuple(int(part) for part in version.split(".")[:2]) < OLDEST_TORCH:
        raise SystemExit(f"PyTorch {version} loads state dicts unsafely (CVE-2026-24747): pip install -r deploy/models/requirements.txt")


def load_network(arguments: argparse.Namespace) -> nn.Module:
    """Calls module:callable and loads the state dict into what it gives."""
    module_name, _, attribute = arguments.module.partition(":")
    if not attribute:
        raise SystemExit("--module must be package.module:callable")
    sys.path.insert(0, os.getcwd())
    made = getattr(importlib.import_module(module_name), attribute)
    network = made if isinstance(made, nn.Module) else made(**keywords(arguments.arguments))
    if arguments.state:
        require_fixed_unpickler(torch.__version__)
        state = torch.load(arguments.state, map_location="cpu", weights_only=True)
        network.load_state_dict(state.get("state_dict", state) if isinstance(state, dict) else state)
    return network.cpu().float()


def keywords(pairs: list[str]) -> dict:
    """Keyword arguments from name=value, a value being JSON or else text."""
    result = {}
    for pair in pairs:
        name, _, value = pair.partition("=")
        try:
            result[name] = json.loads(value)
        except json.JSONDecodeError:
            result[name] = value
    return result


def numbers(text: str) -> list[float]:
    return [float(value) for value in text.split(",")]


def class_names(text: str) -> list[str]:
    return [str(index) for index in range(int(text))] if text.isdigit() else [name.strip() for name in text.split(",")]


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--module", help="package.module:callable that makes the torch.nn.Module, or the module itself")
    parser.add_argument("--arguments", nargs="*", default=[], metavar="NAME=VALUE", help="keyword arguments for the callable")
    parser.add_argument("--state", type=Path, help="file with the module's state dict")
    parser.add_argument("--input", help="shape of one image: C,H,W")
    parser.add_argument("--classes", type=class_names, help="names in the order of the logits, or their number")
    parser.add_argument("--mean", type=numbers, help="subtracted from pixels in [0, 1], one per channel (default 0.5)")
    parser.add_argument("--std", type=numbers, help="divides afterwards, one per channel (default 0.5)")
    parser.add_argument("--accuracy", type=float, help="share of the original test data that it gets right, in [0, 1]")
    parser.add_argument("--class-accuracy", type=numbers, default=[], help="the same for each class")
    parser.add_argument("--name", help="name of the model (default: the directory's)")
    parser.add_argument("--trace", action="store_true", help="trace instead of script; freezes eval mode")
    parser.add_argument("--output", type=Path, help="model directory to write")
    parser.add_argument("--builtin", help="write the built-in untrained networks instead: all, or names separated by commas")
    parser.add_argument("--root", type=Path, default=HERE, help="where --builtin writes (default: beside this file)")
    result = parser.parse_args(arguments)
    if not result.builtin and not (result.module and result.input and result.classes and result.output):
        parser.error("give --module, --input, --classes and --output, or --builtin")
    return result


def main(argv: list[str]) -> None:
    arguments = parse(argv)
    if arguments.builtin:
        write_builtins(arguments.builtin, arguments.root)
        return
    shape = tuple(int(value) for value in arguments.input.split(","))
    if len(shape) != 3:
        raise SystemExit("--input must be C,H,W")
    mean = arguments.mean or [0.5] * shape[0]
    std = arguments.std or [0.5] * shape[0]
    name = arguments.name or arguments.output.resolve().name
    description = describe(name, shape, arguments.classes, mean, std)
    description |= {"accuracy": arguments.accuracy, "classAccuracy": arguments.class_accuracy}
    write(arguments.output, load_network(arguments), description, trace=arguments.trace)
    print(f"wrote {arguments.output}")


if __name__ == "__main__":
    main(sys.argv[1:])
