# SPDX-License-Identifier: Apache-2.0
"""Reads a preprocessor_config.json of Hugging Face."""

import re
from collections.abc import Mapping
from typing import Any

from wildstream_export.pipeline import Pipeline, sides
from wildstream_export.refusal import Refusal

FILE = "preprocessor_config.json"
WAY_OUT = "state what is nearest by --resize, --size, --interpolation and --crop"
KNOWN_STEPS = {f"do_{step}" for step in "resize center_crop rescale normalize convert_rgb flip_channel_order reduce_labels".split()}
# What these image processors do where an old file does not say it: one number as the size of both sides or of the shorter one, and how.
SQUARE = {"ViT": "bilinear", "DeiT": "bicubic", "Beit": "bicubic", "Siglip": "bicubic"}
SHORTER = {"CLIP": "bicubic", "ConvNext": "bicubic", "Bit": "bicubic", "Levit": "bicubic", "MobileNetV2": "bilinear"}
CONVNEXT_SQUARE = 384
CONVNEXT_CROP_SHARE = 224 / 256
LEVIT_SHARE = 256 / 224


def is_config(content: Mapping) -> bool:
    return any(key in content for key in ("image_processor_type", "feature_extractor_type", "image_mean", "do_resize", "do_normalize"))


def read(config: Mapping) -> Pipeline:
    """The steps of an image processor."""
    kind = str(config.get("image_processor_type") or config.get("feature_extractor_type") or "")
    family = re.sub(r"(ImageProcessor(Fast|Pil)?|FeatureExtractor)$", "", kind)
    for key, value in config.items():
        if key.startswith("do_") and value and key not in KNOWN_STEPS:
            raise refused(key)
    if config.get("include_top") and family == "EfficientNet":
        raise refused("include_top (a second normalisation)")
    result = Pipeline(colour="BGR" if config.get("do_flip_channel_order") else "RGB")
    if config.get("do_resize", True):
        resize(result, config, family)
    if "do_center_crop" not in config and "crop_size" in config and family not in SQUARE and family not in SHORTER:
        raise Refusal(f"{FILE} has a crop_size, but does not say do_center_crop: add it to the file")
    if config.get("do_center_crop", "crop_size" in config):
        result.crop = crop(config)
    normalise(result, config)
    return result


def refused(step: str) -> Refusal:
    return Refusal(f"{FILE}: the step {step} cannot be expressed; {WAY_OUT}")


def resize(result: Pipeline, config: Mapping, family: str) -> None:
    """Sets mode, size and interpolation; leaves open what only the options can say."""
    size = config.get("size")
    interpolation = config.get("resample", SQUARE.get(family) or SHORTER.get(family))
    if isinstance(size, Mapping) and set(size) == {"height", "width"}:
        mode, sizes = "exact", [size["height"], size["width"]]
    elif isinstance(size, Mapping) and set(size) == {"shortest_edge"}:
        mode, sizes = "shorter-side", size["shortest_edge"]
    elif isinstance(size, (int, list)):
        mode, sizes = "exact" if family in SQUARE else "shorter-side" if family in SHORTER else None, size
    else:
        raise refused(f"do_resize with size {size}")
    share = config.get("crop_pct") or (CONVNEXT_CROP_SHARE if family == "ConvNext" else None)
    if share and mode == "shorter-side":
        if family != "ConvNext":
            raise refused(f"crop_pct {share}")
        if sizes >= CONVNEXT_SQUARE:
            mode = "exact"
        else:
            result.crop = [sizes, sizes]
            sizes = int(sizes / share)
    if family == "Levit" and mode == "shorter-side":
        sizes = int(LEVIT_SHARE * sizes)
    result.resize(mode, sizes, interpolation, FILE)


def crop(config: Mapping) -> list[int]:
    size: Any = config.get("crop_size", config.get("size"))
    if isinstance(size, Mapping):
        if set(size) != {"height", "width"}:
            raise refused(f"do_center_crop with crop_size {dict(size)}")
        size = [size["height"], size["width"]]
    return sides(size, f"{FILE}: crop_size")


def normalise(result: Pipeline, config: Mapping) -> None:
    """Pixels in [0, 255] times rescale_factor, less 1 with rescale_offset; then mean and std."""
    scale = 255.0 * float(config.get("rescale_factor", 1 / 255)) if config.get("do_rescale", True) else 255.0
    scale = 1.0 if abs(scale - 1) < 1e-6 else scale
    offset = 1.0 if config.get("rescale_offset") else 0.0
    if not config.get("do_normalize", "image_mean" in config):
        result.normalise([0.0], [1.0], scale, offset)
        return
    if "image_mean" not in config or "image_std" not in config:
        raise Refusal(f"{FILE}: the step do_normalize lacks image_mean and image_std: add them to the file")
    result.normalise(config["image_mean"], config["image_std"], scale, offset)
