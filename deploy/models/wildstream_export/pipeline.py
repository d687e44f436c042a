# SPDX-License-Identifier: Apache-2.0
"""The steps from a picture to what a network sees."""

import numbers
from dataclasses import dataclass
from typing import Any

from wildstream_export.refusal import Refusal

COLOURS = {"RGB": 3, "BGR": 3, "L": 1}
MODES = ("shorter-side", "exact", "pad")
INTERPOLATIONS = ("bilinear", "bicubic", "lanczos", "box", "nearest")
# Pillow's numbers, and a name of torchvision's.
OTHER_NAMES = {0: "nearest", 1: "lanczos", 2: "bilinear", 3: "bicubic", 4: "box", 5: "hamming", "nearest-exact": "nearest"}
MAX_SIDE = 16_384


@dataclass
class Pipeline:
    """Steps in the order of model.json; None where nothing is known. Mean and std are those of pixels in [0, 1]."""

    colour: str | None = None
    orientation: str | None = None
    mode: str | None = None
    size: list[int] | None = None
    interpolation: str | None = None
    fill: list[int] | None = None
    crop: list[int] | None = None
    mean: list[float] | None = None
    std: list[float] | None = None
    resizes: bool = False

    def resize(self, mode: str | None, size: Any, interpolation: Any, step: str) -> None:
        self.resizes = True
        self.mode, self.size = mode, sides(size, step)
        self.interpolation = None if interpolation is None else interpolation_name(interpolation, step)

    def normalise(self, mean: Any, std: Any, scale: float = 1, offset: float = 0) -> None:
        """States (pixel * scale - offset - mean) / std for pixels in [0, 1]."""
        self.mean = [(float(value) + offset) / scale for value in listed(mean)]
        self.std = [float(value) / scale for value in listed(std)]

    def channels(self) -> int | None:
        return COLOURS[self.colour] if self.colour else None

    def shape(self) -> tuple[int, int, int] | None:
        """What it gives for every picture, where that does not depend on the picture."""
        size = self.crop or (self.size if self.mode in ("exact", "pad") else None)
        return (self.channels() or 3, *size) if size else None

    def json(self) -> dict:
        result: dict[str, Any] = {"colour": self.colour, "orientation": self.orientation or "ignore"}
        if self.resizes:
            size = self.size[0] if self.mode == "shorter-side" else self.size
            result["resize"] = {"mode": self.mode, "size": size, "interpolation": self.interpolation}
            if self.mode == "pad":
                result["resize"]["fill"] = self.fill or [0]
        if self.crop:
            result["crop"] = {"mode": "center", "size": self.crop}
        return result


def listed(value: Any) -> list:
    """Numbers as a list: of a tensor, a tuple, or one number."""
    value = value.tolist() if hasattr(value, "tolist") else value
    return list(value) if isinstance(value, (list, tuple)) else [value]


def sides(size: Any, step: str) -> list[int]:
    """[height, width] of one number, of [n] and of [height, width]."""
    values = listed(size)
    if len(values) not in (1, 2) or not all(isinstance(side, numbers.Integral) and 1 <= side <= MAX_SIDE for side in values):
        raise Refusal(f"{step}: a size is one whole number or height,width, each from 1 to {MAX_SIDE}, got {size}")
    return [int(values[0]), int(values[-1])]


def interpolation_name(interpolation: Any, step: str) -> str:
    """What model.json calls it."""
    value = getattr(interpolation, "value", interpolation)
    name = OTHER_NAMES.get(value, value)
    if name not in INTERPOLATIONS:
        raise Refusal(f"{step}: interpolation {name} cannot be expressed; choose one of {', '.join(INTERPOLATIONS)} by --interpolation")
    return name
