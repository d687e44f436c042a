#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Exports a torch.nn.Module as a Wildstream model directory: model.pt (TorchScript) and model.json.

The TorchScript module's forward(x: float32[N,C,H,W], or any tensor[N,...] with --tensor) gives (logits[N,K], features[N,D]), where features are the input of the last
Linear layer, or of the module that --features names. The network itself only has to give logits. It is scripted if it can be: dropout
and BatchNorm then follow train and eval mode, and every parameter stays trainable. Otherwise it is traced: its mode is then frozen to
eval, for teachers. --condense writes condense.pt too: the same network with the second-order gradients that dataset distillation
needs; a traced network has none.

Examples:
  python deploy/models/export.py --module torchvision.models:resnet18 --arguments num_classes=10 --weights teacher.pt \\
      --input 3,32,32 --classes airplane,automobile,bird,cat,deer,dog,frog,horse,ship,truck \\
      --mean 0.4914,0.4822,0.4465 --std 0.2470,0.2435,0.2616 --accuracy 0.953 --output models/cifar-teacher
  python deploy/models/export.py --module path/resnet.py:resnet20 --weights resnet20.th --key state_dict --strip module. \\
      --input 3,32,32 --classes 10 --mean 0.485,0.456,0.406 --std 0.229,0.224,0.225 --output models/resnet20
  python deploy/models/export.py --module timm:create_model --arguments model_name=resnet50 --weights model.safetensors \\
      --preprocessing timm --classes 1000 --output models/resnet50
  python deploy/models/export.py --module churn.py:network --weights churn.pt --input 32 --tensor float32 --minimum -10 --maximum 10 \\
      --classes stays,goes --accuracy 0.9 --output models/churn
  python deploy/models/export.py --builtin all
"""

import argparse
import functools
import hashlib
import io
import json
import math
import sys
import time
import traceback
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import nn

import condense
from wildstream_export import loading, preprocessing, tensors
from wildstream_export.cutting import BATCHES, SEED, Choices, Cut, cut
from wildstream_export.pipeline import COLOURS, INTERPOLATIONS, MODES
from wildstream_export.preparing import Say
from wildstream_export.refusal import Refusal, brief

HERE = Path(__file__).resolve().parent
BUFFERS_METHOD = "wildstream_buffers"
CONDENSE_FILE = "condense.pt"
FIRST_ZIP_DATE = (1980, 1, 1, 0, 0, 0)
MAX_INPUT_VALUES = 1 << 26
WRONG_USE = 2


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


def silent(_: str) -> None:
    """Says nothing."""


def write(
    directory: Path,
    network: nn.Module,
    description: dict,
    choices: Choices = Choices(),
    condensable: bool = False,
    compress: bool = False,
    say: Say = silent,
) -> None:
    """Writes model.pt and model.json; the description lacks feature size, digest and classifier bias. The network is changed."""
    made = cut(network, random_inputs(description), len(description["classes"]), choices, say)
    if condensable and made.traced:
        raise Refusal("--condense needs a network that can be scripted: --script says why this one cannot be")
    if made.traced and follows_mode(network):
        say("a teacher only: the trace is frozen in evaluation mode, a student would not learn with it")
    else:
        expose_buffers(made.module)
    content = torchscript_bytes(made.module, compress)
    files = [("model.pt", content), ("model.json", (json.dumps(described(description, made, content), indent=2) + "\n").encode())]
    if condensable:
        files.append((CONDENSE_FILE, torchscript_bytes(condense.script(made.module), compress)))
    try:
        write_files(directory, files)
    except OSError as error:
        raise Refusal(f"--output {directory} cannot be written ({error.strerror or error}): give another directory") from error
    say(f"wrote {directory}: {', '.join(f'{name} {size(len(data))}' for name, data in files)}")


def random_inputs(description: dict) -> torch.Tensor:
    """Normalised images of random pixels, or tensors of random values."""
    shape, generator = description["input"], torch.Generator().manual_seed(SEED)
    if "type" in shape:
        return tensors.random(shape, max(BATCHES), generator)
    pixels = torch.rand((max(BATCHES), shape["channels"], shape["height"], shape["width"]), generator=generator)
    mean, std = (torch.tensor(description[key]).view(1, -1, 1, 1) for key in ("mean", "std"))
    return (pixels - mean) / std


def follows_mode(network: nn.Module) -> bool:
    """Whether a network computes something else in training mode than in evaluation mode, which a trace of it would not do."""
    kinds = (nn.modules.batchnorm._BatchNorm, nn.modules.dropout._DropoutNd)
    return any(isinstance(module, kinds) for module in network.modules())


def described(description: dict, made: Cut, content: bytes) -> dict:
    return description | {
        "featureSize": made.features,
        "digest": hashlib.sha256(content).hexdigest(),
        "classifierBias": made.bias,
    }


def write_files(directory: Path, files: list[tuple[str, bytes]]) -> None:
    """Each file by a temporary one that is renamed; a condense.pt of another network does not stay."""
    directory.mkdir(parents=True, exist_ok=True)
    (directory / CONDENSE_FILE).unlink(missing_ok=True)
    for name, data in files:
        temporary = directory / (name + ".tmp")
        temporary.write_bytes(data)
        temporary.replace(directory / name)


def size(count: int) -> str:
    return f"{count / 1e6:.1f} MB" if count >= 1e6 else f"{count / 1e3:.0f} kB"


def describe(name: str, shape: tuple[int, ...], classes: list[str], mean: list[float], std: list[float]) -> dict:
    """What model.json says of a network of images before the module is known."""
    channels, height, width = shape
    result = describe_any(name, {"channels": channels, "height": height, "width": width}, classes)
    return result | {"mean": mean, "std": std}


def describe_any(name: str, what: dict, classes: list[str]) -> dict:
    """The same of any network."""
    return {"name": name, "input": what, "classes": classes, "accuracy": None, "classAccuracy": []}


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
    write(root / full_name, network, description, condensable=True, compress=True)
    print(f"{full_name}: {sum(parameter.numel() for parameter in network.parameters())} parameters")


def write_builtin_mlp(root: Path) -> None:
    """The untrained network of tables."""
    import architectures

    inputs, classes = architectures.TABLE
    network = architectures.Mlp(inputs, classes)
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.zero_()
    full_name = f"{architectures.MLP}-{inputs}-{classes}"
    labels = [str(index) for index in range(classes)]
    write(root / full_name, network, describe_any(full_name, {"shape": [inputs], "type": "float32"}, labels), compress=True)
    print(f"{full_name}: {sum(parameter.numel() for parameter in network.parameters())} parameters")


def write_builtins(which: str, root: Path) -> None:
    import architectures

    all_names = (*architectures.NAMES, architectures.MLP)
    names = all_names if which == "all" else which.split(",")
    unknown = [name for name in names if name not in all_names]
    if unknown:
        raise Refusal(f"--builtin {unknown[0]}: there is no such network; choose all or some of {','.join(all_names)}")
    for name in names:
        if name == architectures.MLP:
            write_builtin_mlp(root)
            continue
        for channels, size in architectures.INPUTS:
            for classes in architectures.CLASSES:
                write_builtin(root, name, channels, size, classes)


def export(given: argparse.Namespace, say: Say) -> None:
    """One network of a user's."""
    started = time.monotonic()

    @functools.cache
    def network() -> nn.Module:
        return load_network(given, say)

    name = given.name or given.output.resolve().name
    if given.tensor:
        description = describe_any(name, tensors.contract(given), given.classes)
        require_values(given, given.input)
        say(f"input {json.dumps(description['input'])}")
    else:
        description = describe_images(given, name, network, say)
    description |= {"accuracy": given.accuracy, "classAccuracy": given.class_accuracy}
    write(given.output, network(), description, Choices(given.features, given.logits, given.form), given.condense, say=say)
    say(f"{time.monotonic() - started:.1f} s")


def describe_images(given: argparse.Namespace, name: str, network: Callable[[], nn.Module], say: Say) -> dict:
    """What model.json says of a network of images."""
    for option in ("minimum", "maximum"):
        if getattr(given, option) is not None:
            raise Refusal(f"--{option} bounds the values of tensors: give their type by --tensor, or leave it out")
    if given.input is not None and len(given.input) != 3:
        raise Refusal(f"--input {','.join(map(str, given.input))}: an image is C,H,W; give the type of another tensor by --tensor")
    shape, mean, std, steps = preprocessing.contract(given, network)
    mean, std = mean or [0.5] * shape[0], std or [0.5] * shape[0]
    require_values(given, shape)
    require_scale(shape, mean, std)
    say(f"input {','.join(map(str, shape))}, mean {', '.join(map(short, mean))}, std {', '.join(map(short, std))}")
    description = describe(name, shape, given.classes, mean, std)
    if steps:
        description["preprocessing"] = steps
        say(f"preprocessing: {json.dumps(steps)}")
    return description


def require_scale(shape: tuple[int, ...], mean: list[float], std: list[float]) -> None:
    """Refuses a normalisation that a service would refuse."""
    for values, option in ((mean, "--mean"), (std, "--std")):
        if len(values) != shape[0]:
            raise Refusal(f"{option} has {len(values)} values, but the images have {shape[0]} channels: give one for each")
        if not all(math.isfinite(value) and (value > 0 or option == "--mean") for value in values):
            raise Refusal(f"{option} must be finite{' and above 0' if option == '--std' else ''}, got {', '.join(map(short, values))}")


def require_values(given: argparse.Namespace, shape: tuple[int, ...]) -> None:
    """Refuses what a service would refuse in model.json."""
    if math.prod(shape) > MAX_INPUT_VALUES:
        raise Refusal(f"--input {','.join(map(str, shape))} has more than {MAX_INPUT_VALUES} values")
    if len(given.classes) < 2:
        raise Refusal(f"--classes must name at least 2 classes, got {len(given.classes)}")
    if len(given.class_accuracy) not in (0, len(given.classes)):
        raise Refusal(f"--class-accuracy has {len(given.class_accuracy)} values, but there are {len(given.classes)} classes")
    for option, values in (("--accuracy", [given.accuracy or 0]), ("--class-accuracy", given.class_accuracy)):
        if not all(0 <= value <= 1 for value in values):
            raise Refusal(f"{option} is a share in [0, 1], got {', '.join(map(short, values))}")


def short(value: float) -> str:
    return f"{value:.4g}"


def load_network(given: argparse.Namespace, say: Say) -> nn.Module:
    """Calls module:callable and loads the weights into what it gives."""
    wrapped = loading.make_network(given.module, keywords(given.arguments))
    network = loading.unwrapped(wrapped)
    if given.weights:
        loading.load_weights(network, given.weights, given.key, given.strip, network is not wrapped)
    weights = f"with the weights of {given.weights}" if given.weights else "with the weights that it was made with"
    say(f"{given.module}: {sum(parameter.numel() for parameter in network.parameters()):,} parameters, {weights}")
    return network


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


def whole_numbers(text: str) -> list[int]:
    return [int(value) for value in text.replace("x", ",").split(",")]


def input_shape(text: str) -> tuple[int, ...]:
    shape = tuple(whole_numbers(text))
    if min(shape) < 1:
        raise argparse.ArgumentTypeError("must be sizes of at least 1: C,H,W of images")
    return shape


def class_names(text: str) -> list[str]:
    return [str(index) for index in range(int(text))] if text.isdigit() else [name.strip() for name in text.split(",")]


class Parser(argparse.ArgumentParser):
    """Says what is wrong with the options in one line."""

    def error(self, message: str) -> Any:
        self.exit(WRONG_USE, f"{self.prog}: {message} (--help lists all options)\n")


def parser() -> argparse.ArgumentParser:
    result = Parser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    result.add_argument("--output", type=Path, help="model directory to write")
    result.add_argument("--name", help="name of the model (default: the directory's)")
    result.add_argument("--classes", type=class_names, help="names in the order of the logits, or their number")
    result.add_argument("--accuracy", type=float, help="share of the original test data that it gets right, in [0, 1]")
    result.add_argument("--class-accuracy", type=numbers, default=[], help="the same for each class")
    result.add_argument("--builtin", help="write the built-in untrained networks instead: all, or names separated by commas")
    result.add_argument("--root", type=Path, default=HERE, help="where --builtin writes (default: beside this file)")
    result.add_argument("--verbose", action="store_true", help="show where in the code something was refused")

    network = result.add_argument_group("network and weights")
    network.add_argument("--module", help="package.module:callable or file.py:callable that makes the torch.nn.Module; or that itself")
    network.add_argument("--arguments", nargs="*", default=[], metavar="NAME=VALUE", help="keyword arguments for the callable")
    network.add_argument("--weights", "--state", type=Path, metavar="FILE", help="state dict or checkpoint of torch.save, or .safetensors")
    network.add_argument("--key", help="where in a checkpoint the state dict is (default: state_dict if there is one); a.b for b within a")
    network.add_argument("--strip", metavar="PREFIX", help="what is taken off the beginning of its keys: module. of DataParallel")

    cutting = result.add_argument_group("logits and features")
    cutting.add_argument("--logits", metavar="KEY", help="which of several outputs are the logits: a key, a field, or an index from 0")
    cutting.add_argument("--features", metavar="MODULE", help="the module whose input are the features (default: the last Linear layer)")
    form = cutting.add_mutually_exclusive_group()
    form.add_argument("--script", action="store_const", dest="form", const="script", default="auto", help="refuse what cannot be scripted")
    form.add_argument("--trace", action="store_const", dest="form", const="trace", help="trace instead of script; freezes eval mode")
    cutting.add_argument("--condense", action="store_true", help="write condense.pt, which ./wildstream condense needs")

    images = result.add_argument_group("what images go through")
    images.add_argument("--input", type=input_shape, metavar="C,H,W", help="shape of one image (default: what the preprocessing gives)")
    images.add_argument("--mean", type=numbers, help="subtracted from pixels in [0, 1], one per channel (default 0.5)")
    images.add_argument("--std", type=numbers, help="divides afterwards, one per channel (default 0.5)")
    images.add_argument(
        "--preprocessing",
        metavar="SOURCE",
        help="timm for the network's pretrained_cfg; a preprocessor_config.json, config.json of timm or model.json; or"
        " package.module:name of a torchvision transform, for example torchvision.models:ResNet50_Weights.DEFAULT.transforms",
    )
    images.add_argument("--colour", choices=COLOURS, help="the options from here on come before what SOURCE says")
    images.add_argument("--orientation", choices=("ignore", "exif"), help="exif: turn a picture as its Exif data says")
    images.add_argument("--resize", choices=MODES, help="what --size means")
    images.add_argument("--size", type=whole_numbers, metavar="N|H,W")
    images.add_argument("--interpolation", choices=INTERPOLATIONS)
    images.add_argument("--fill", type=whole_numbers, metavar="N|R,G,B", help="what --resize pad puts around a picture (default 0)")
    images.add_argument("--crop", type=whole_numbers, metavar="N|H,W", help="the middle that is cut out after the resize")

    plain = result.add_argument_group("tensors in place of images: rows of a table, embeddings, token ids; --input gives their sizes")
    plain.add_argument("--tensor", choices=tensors.TYPES, help="type that the network gets")
    plain.add_argument("--minimum", type=float, help="least value that a sample may have (int32, int64: needed)")
    plain.add_argument("--maximum", type=float, help="largest value that a sample may have (int32, int64: needed)")
    return result


def parse(arguments: list[str]) -> argparse.Namespace:
    options = parser()
    result = options.parse_args(arguments)
    if not result.builtin and not (result.module and result.classes and result.output):
        options.error("give --module, --classes and --output, or --builtin")
    return result


def main(argv: list[str]) -> None:
    given = parse(argv)
    torch.backends.nnpack.set_flags(False)  # It would warn once for each layer on a processor that it does not know.
    try:
        if given.builtin:
            write_builtins(given.builtin, given.root)
        else:
            export(given, functools.partial(print, flush=True))
    except Exception as error:
        if given.verbose:
            traceback.print_exc()
        raise SystemExit(f"export.py failed ({brief(error)}): {'see above' if given.verbose else '--verbose shows where'}") from None
    except Refusal as refusal:
        if given.verbose:
            traceback.print_exc()
        raise SystemExit(f"export.py: {refusal}") from None


if __name__ == "__main__":
    main(sys.argv[1:])
