# SPDX-License-Identifier: Apache-2.0
"""What a network of plain tensors reads, as model.json states it: rows of a table, embeddings, spectrograms, token ids."""

import math
from typing import Any

import torch

from wildstream_export.refusal import Refusal

TYPES = {"float32": torch.float32, "uint8": torch.uint8, "int32": torch.int32, "int64": torch.int64}
LARGEST_FLOAT = torch.finfo(torch.float32).max
LARGEST_WHOLE = 1 << 24
OF_IMAGES = ("mean", "std", "preprocessing", "colour", "orientation", "resize", "size", "interpolation", "fill", "crop")


def contract(given: Any) -> dict:
    """The input of model.json, from the options."""
    images = [option for option in OF_IMAGES if getattr(given, option) is not None]
    if images:
        raise Refusal(f"--{images[0]} is for images: leave it out, or --tensor")
    if given.condense:
        raise Refusal("--condense is for images: leave it out")
    if given.input is None:
        raise Refusal("give the sizes of one tensor by --input, for example --input 32")
    result = {"shape": list(given.input), "type": given.tensor}
    for name in ("minimum", "maximum"):
        value = getattr(given, name)
        if value is not None:
            result[name] = bound(name, value, given.tensor)
    if given.tensor in ("int32", "int64") and len(result) < 4:
        raise Refusal(f"--tensor {given.tensor} needs --minimum and --maximum: of token ids 0 and the size of the vocabulary less 1")
    least, most = bounds(result)
    if least > most:
        raise Refusal(f"--minimum must be at most --maximum, got {least:g} and {most:g}")
    return result


def bound(name: str, value: float, kind: str) -> float | int:
    """A bound as the services take it."""
    if kind == "float32":
        if not math.isfinite(value) or abs(value) > LARGEST_FLOAT:
            raise Refusal(f"--{name} must be a finite float32, got {value:g}")
        return value
    least, most = (0, 255) if kind == "uint8" else (-LARGEST_WHOLE, LARGEST_WHOLE)
    if not least <= value <= most or value != int(value):
        raise Refusal(f"--{name} of {kind} must be a whole number in [{least}, {most}], got {value:g}")
    return int(value)


def bounds(described: dict) -> tuple[float, float]:
    whole = described["type"] == "uint8"
    return described.get("minimum", 0 if whole else -LARGEST_FLOAT), described.get("maximum", 255 if whole else LARGEST_FLOAT)


def random(described: dict, count: int, generator: torch.Generator) -> torch.Tensor:
    """Tensors of random values within the bounds, of the size of ordinary activations."""
    shape = (count, *described["shape"])
    least, most = bounds(described)
    if described["type"] == "float32":
        least, most = max(least, min(most, -1)), min(most, max(least, 1))
        return least + (most - least) * torch.rand(shape, generator=generator)
    return torch.randint(int(least), int(most) + 1, shape, generator=generator).to(TYPES[described["type"]])
