# SPDX-License-Identifier: Apache-2.0
"""Reads the pretrained_cfg of a network of timm, without importing timm."""

import math
from collections.abc import Mapping
from typing import Any

from wildstream_export.pipeline import Pipeline
from wildstream_export.refusal import Refusal

DEFAULT_CROP_SHARE = 0.875
DEFAULT_MEAN = [0.485, 0.456, 0.406]
DEFAULT_STD = [0.229, 0.224, 0.225]
WAY_OUT = "state what is nearest by --resize, --size, --interpolation and --crop"


def read(config: Mapping, shape: tuple[int, ...] | None) -> Pipeline:
    """What timm.data.create_transform makes of a pretrained_cfg; with the sizes for tests if those are the input that was asked for."""
    test = shape is not None and config.get("test_input_size") and tuple(config["test_input_size"]) == tuple(shape)
    channels, *size = config["test_input_size"] if test else config["input_size"]
    share = (config.get("test_crop_pct") if test else None) or config.get("crop_pct") or DEFAULT_CROP_SHARE
    if channels not in (1, 3):
        raise Refusal(f"pretrained_cfg: input_size has {channels} channels, a picture has 1 or 3")
    if config.get("crop_border_pixels"):
        raise Refusal(f"pretrained_cfg: the step crop_border_pixels cannot be expressed; {WAY_OUT}")
    crop_mode = config.get("crop_mode") or "center"
    scaled = [math.floor(side / share) for side in size]
    result = Pipeline(colour="RGB" if channels == 3 else "L", crop=list(size))
    if crop_mode == "squash":
        result.resize("exact", scaled, config.get("interpolation") or "bicubic", "pretrained_cfg")
    elif crop_mode == "center" and scaled[0] == scaled[1]:
        result.resize("shorter-side", scaled[0], config.get("interpolation") or "bicubic", "pretrained_cfg")
    else:
        shape_problem = f" of an input that is not square ({size[0]}x{size[1]})" if crop_mode == "center" else ""
        what = f"crop_mode {crop_mode}{shape_problem}"
        raise Refusal(f"pretrained_cfg: the step {what} cannot be expressed; {WAY_OUT}")
    result.normalise(config.get("mean") or DEFAULT_MEAN, config.get("std") or DEFAULT_STD)
    return result


def of_network(network: Any, shape: tuple[int, ...] | None) -> Pipeline:
    config = getattr(network, "pretrained_cfg", None) or getattr(network, "default_cfg", None)
    if not isinstance(config, Mapping) or "input_size" not in config:
        raise Refusal("--preprocessing timm: the network has no pretrained_cfg, as those of timm.create_model have; name a file instead")
    return read(config, shape)
