# SPDX-License-Identifier: Apache-2.0
"""What becomes of a picture before a network sees it, as model.json states it: read from where people have it, and from options."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from wildstream_export import hugging_face, loading, timm_config, transforms
from wildstream_export.pipeline import INTERPOLATIONS, MODES, Pipeline, listed, sides
from wildstream_export.refusal import Refusal

TIMM = "timm"


def of_file(path: Path, shape: tuple[int, ...] | None) -> Pipeline:
    """A preprocessor_config.json of Hugging Face, a config.json of timm, or a model.json."""
    try:
        content = json.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise Refusal(f"--preprocessing {path} cannot be read as JSON: {error}") from error
    if isinstance(content, dict):
        if "input_size" in content.get("pretrained_cfg", content):
            return timm_config.read(content.get("pretrained_cfg", content), shape)
        if hugging_face.is_config(content):
            return hugging_face.read(content)
        if isinstance(content.get("preprocessing"), dict):
            return of_model(content)
    raise Refusal(
        f"--preprocessing {path} is no preprocessor_config.json (Hugging Face), no config.json with a pretrained_cfg (timm)"
        " and no model.json with preprocessing"
    )


def of_model(description: Mapping) -> Pipeline:
    """What another model's description says."""
    stated = description["preprocessing"]
    result = Pipeline(colour=stated.get("colour"), orientation=stated.get("orientation"))
    if stated.get("resize"):
        resize = stated["resize"]
        result.resize(resize.get("mode"), resize.get("size"), resize.get("interpolation"), "preprocessing.resize")
        result.fill = listed(resize["fill"]) if "fill" in resize else None
    if stated.get("crop"):
        result.crop = sides(stated["crop"].get("size"), "preprocessing.crop")
    result.mean, result.std = description.get("mean"), description.get("std")
    return result


def of_source(source: str, network: Callable[[], Any], shape: tuple[int, ...] | None) -> Pipeline:
    """What --preprocessing names."""
    if source == TIMM:
        return timm_config.of_network(network(), shape)
    if source.endswith(".json"):
        return of_file(Path(source), shape)
    found = loading.find(source, "--preprocessing")
    if isinstance(found, Mapping) and "input_size" in found:
        return timm_config.read(found, shape)
    return transforms.read(found() if loading.is_maker(found) else found)


def options(pipeline: Pipeline, given: Any) -> None:
    """What the command line says comes before what a source says."""
    pipeline.colour = given.colour or pipeline.colour
    pipeline.orientation = given.orientation or pipeline.orientation
    if given.resize or given.size:
        pipeline.resizes = True
    if given.resize and given.resize != pipeline.mode:
        pipeline.mode = given.resize
    if given.size:
        pipeline.size = sides(given.size, "--size")
    if given.interpolation:
        pipeline.interpolation = given.interpolation
    if given.fill is not None:
        pipeline.fill = given.fill
    if given.crop:
        pipeline.crop = sides(given.crop, "--crop")


def is_asked_for(given: Any) -> bool:
    return any((given.preprocessing, given.colour, given.orientation, given.resize, given.size, given.interpolation, given.crop))


def contract(given: Any, network: Callable[[], Any]) -> tuple[tuple[int, ...], list[float] | None, list[float] | None, dict | None]:
    """Input, mean, std and preprocessing of model.json, from options and from the source that they name."""
    shape = given.input
    if not is_asked_for(given):
        if shape is None:
            raise Refusal("give the shape of the images by --input C,H,W, or what gives them this shape by --preprocessing")
        return shape, given.mean, given.std, None
    pipeline = of_source(given.preprocessing, network, shape) if given.preprocessing else Pipeline()
    options(pipeline, given)
    if pipeline.colour is None:
        pipeline.colour = "L" if shape and shape[0] == 1 else "RGB"
    require_whole(pipeline)
    result = pipeline.shape() or shape
    if result is None:
        raise Refusal("the preprocessing leaves the size open: give the shape of the images by --input C,H,W")
    if shape is not None:
        require_fit(pipeline, shape)
    channels = result[0]
    mean, std = given.mean or pipeline.mean, given.std or pipeline.std
    return result, spread(mean, channels), spread(std, channels), pipeline.json()


def require_whole(pipeline: Pipeline) -> None:
    if not pipeline.resizes:
        if pipeline.interpolation or pipeline.fill:
            raise Refusal("--interpolation and --fill are of a resize: give --resize and --size")
        return
    for value, option, choices in (
        (pipeline.mode, "--resize", " or ".join(MODES)),
        (pipeline.size, "--size", "N or HEIGHT,WIDTH"),
        (pipeline.interpolation, "--interpolation", " or ".join(INTERPOLATIONS)),
    ):
        if value is None:
            raise Refusal(f"the preprocessing resizes, but does not say how: add {option} {choices}")
    if pipeline.mode == "shorter-side" and pipeline.size[0] != pipeline.size[1]:
        raise Refusal("--resize shorter-side has one number as its --size")
    if pipeline.fill is not None and pipeline.mode != "pad":
        raise Refusal("--fill is what --resize pad puts around a picture")
    if pipeline.fill is not None and (len(pipeline.fill) not in (1, 3) or not all(value in range(256) for value in pipeline.fill)):
        raise Refusal("--fill is one whole number from 0 to 255, or three of them: red, green, blue")


def require_fit(pipeline: Pipeline, shape: tuple[int, ...]) -> None:
    """The preprocessing must always give the input, unless it leaves the size alone."""
    if not pipeline.resizes and not pipeline.crop:
        if pipeline.channels() != shape[0]:
            raise Refusal(f"--colour {pipeline.colour} gives {pipeline.channels()} channels, but --input has {shape[0]}")
        return
    gives = pipeline.shape()
    if gives is None:
        raise Refusal(f"--resize shorter-side leaves the other side open: add --crop {shape[1]},{shape[2]}")
    if tuple(gives) != tuple(shape):
        raise Refusal(
            f"the preprocessing gives {','.join(map(str, gives))}, but --input is {','.join(map(str, shape))}:"
            " leave --input out, or change --colour, --size or --crop"
        )


def spread(values: list[float] | None, channels: int) -> list[float] | None:
    """One value for each channel."""
    return values * channels if values and len(values) == 1 else values
