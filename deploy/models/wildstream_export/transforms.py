# SPDX-License-Identifier: Apache-2.0
"""Reads the steps of torchvision.transforms (both versions, and the presets of its weights) without importing torchvision."""

from typing import Any

from torch import nn

from wildstream_export.pipeline import Pipeline
from wildstream_export.refusal import Refusal

WAY_OUT = "export the transform that is used for evaluation, or state the steps by --resize, --size, --interpolation and --crop"
RANDOM = ("Random", "AutoAugment", "RandAugment", "TrivialAugment", "AugMix", "ColorJitter")
TO_TENSOR = ("PILToTensor", "ToImage", "ToImageTensor", "MaybePILToTensor", "ToPureTensor")
TO_FLOATS = ("ToTensor", "MaybeToTensor", "ConvertImageDtype", "ToDtype")


class Reader:
    """Follows the steps in their order."""

    def __init__(self) -> None:
        self.pipeline = Pipeline()
        self.is_tensor = False
        self.scale: float | None = None

    def step(self, step: Any) -> None:
        kind = type(step).__name__
        if kind == "Resize":
            self.resize(step)
        elif kind == "CenterCrop":
            self.crop(step)
        elif kind == "Grayscale":
            self.gray(step)
        elif kind in TO_TENSOR:
            self.is_tensor = True
        elif kind in TO_FLOATS:
            self.to_floats(kind, step)
        elif kind == "Normalize":
            self.normalise(step)
        elif kind != "Identity":
            what = "is random" if kind.startswith(RANDOM) else "cannot be expressed"
            raise Refusal(f"--preprocessing: the step {kind} {what}: {WAY_OUT}")

    def resize(self, step: Any) -> None:
        size = step.size
        if self.pipeline.resizes or self.pipeline.crop or self.scale is not None:
            raise Refusal(f"--preprocessing: the step Resize must be the only one, before CenterCrop and ToTensor: {WAY_OUT}")
        if size is None or getattr(step, "max_size", None) is not None:
            raise Refusal(f"--preprocessing: the step Resize with max_size={step.max_size} cannot be expressed: {WAY_OUT}")
        value = getattr(step.interpolation, "value", step.interpolation)
        if self.is_tensor and (step.antialias is False or value == "nearest"):
            raise Refusal(f"--preprocessing: the step Resize of a tensor ({value}, no antialias) gives other pixels than Pillow: {WAY_OUT}")
        both = isinstance(size, (list, tuple)) and len(size) == 2
        self.pipeline.resize("exact" if both else "shorter-side", size, step.interpolation, "--preprocessing: the step Resize")

    def crop(self, step: Any) -> None:
        if self.pipeline.crop:
            raise Refusal(f"--preprocessing: a second step CenterCrop cannot be expressed: {WAY_OUT}")
        size = step.size if isinstance(step.size, (list, tuple)) else [step.size]
        self.pipeline.crop = [int(size[0]), int(size[-1])]

    def gray(self, step: Any) -> None:
        if step.num_output_channels != 1 or self.is_tensor or self.pipeline.resizes:
            raise Refusal(f"--preprocessing: the step Grayscale must give one channel and come first: {WAY_OUT}")
        self.pipeline.colour = "L"

    def to_floats(self, kind: str, step: Any) -> None:
        self.is_tensor = True
        dtype = getattr(step, "dtype", None)
        if kind == "ToDtype" and isinstance(dtype, dict):
            raise Refusal(f"--preprocessing: the step ToDtype with several types cannot be expressed: {WAY_OUT}")
        if dtype is not None and not dtype.is_floating_point:
            return
        if self.scale is None:
            self.scale = 255 if kind == "ToDtype" and not step.scale else 1

    def normalise(self, step: Any) -> None:
        if self.pipeline.mean or self.scale is None:
            raise Refusal(f"--preprocessing: the step Normalize must be the only one, after ToTensor or ToDtype: {WAY_OUT}")
        self.pipeline.normalise(step.mean, step.std, self.scale)


def flat(transform: Any) -> list:
    """The steps of nested compositions; a preset is a step of its own kind."""
    if isinstance(transform, (list, tuple)):
        inner = transform
    elif type(transform).__name__ == "Compose":
        inner = transform.transforms
    elif isinstance(transform, nn.Sequential):
        inner = list(transform)
    else:
        return [transform]
    return [step for part in inner for step in flat(part)]


def read(transform: Any) -> Pipeline:
    """The steps of a preset, a composition, or one step."""
    if hasattr(transform, "resize_size") and hasattr(transform, "crop_size"):
        return preset(transform)
    steps = flat(transform)
    if all(type(step).__module__.split(".")[0] == "builtins" for step in steps):
        raise Refusal(f"--preprocessing names {type(transform).__name__}, not a transform of torchvision")
    reader = Reader()
    for step in steps:
        reader.step(step)
    if reader.scale is not None and reader.pipeline.mean is None:
        reader.pipeline.normalise([0.0], [1.0], reader.scale)
    return reader.pipeline


def preset(transform: Any) -> Pipeline:
    """torchvision.transforms._presets.ImageClassification: what WEIGHTS.transforms() gives."""
    result = Pipeline(colour="RGB")
    size = transform.resize_size
    both = isinstance(size, (list, tuple)) and len(size) == 2
    result.resize("exact" if both else "shorter-side", size, transform.interpolation, "--preprocessing: resize_size")
    crop = transform.crop_size if isinstance(transform.crop_size, (list, tuple)) else [transform.crop_size]
    result.crop = [int(crop[0]), int(crop[-1])]
    result.normalise(transform.mean, transform.std)
    return result
