# SPDX-License-Identifier: Apache-2.0
"""Tests of the preprocessing in model.json: python -m unittest test_preprocessing (in this folder)."""

import argparse
import enum
import functools
import importlib.util
import json
import tempfile
import unittest
from pathlib import Path
from types import SimpleNamespace

import torch
from torch import nn

import export
from wildstream_export import hugging_face, preprocessing, timm_config, transforms
from wildstream_export.pipeline import Pipeline

MEAN, STD = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]
RESNET = {
    "input_size": (3, 224, 224),
    "test_input_size": (3, 288, 288),
    "interpolation": "bicubic",
    "crop_pct": 0.95,
    "test_crop_pct": 1.0,
    "crop_mode": "center",
    "mean": tuple(MEAN),
    "std": tuple(STD),
}


class Mode(enum.Enum):
    """As torchvision names interpolations."""

    BILINEAR = "bilinear"
    BICUBIC = "bicubic"
    NEAREST = "nearest"
    NEAREST_EXACT = "nearest-exact"
    HAMMING = "hamming"


def step(name: str, **fields) -> object:
    """A transform, which is known by the name of its class and by its attributes."""
    made = type(name, (), {})()
    made.__dict__.update(fields)
    return made


def resize(size, interpolation: Mode = Mode.BILINEAR, max_size=None, antialias=True) -> object:
    return step("Resize", size=size, interpolation=interpolation, max_size=max_size, antialias=antialias)


def compose(*steps) -> object:
    return step("Compose", transforms=list(steps))


CROP = step("CenterCrop", size=(224, 224))
TO_TENSOR = step("ToTensor")
NORMALIZE = step("Normalize", mean=MEAN, std=STD)
PRESET = step("ImageClassification", resize_size=[232], crop_size=[224], mean=MEAN, std=STD, interpolation=Mode.BILINEAR)


class Case(unittest.TestCase):
    def assert_steps(self, pipeline: Pipeline, resize_to: tuple | None, crop: list | None, mean=MEAN, std=STD, colour="RGB") -> None:
        pipeline.colour = pipeline.colour or "RGB"
        stated = pipeline.json()
        expected = {"colour": colour, "orientation": "ignore"}
        if resize_to:
            expected["resize"] = dict(zip(("mode", "size", "interpolation"), resize_to))
        if crop:
            expected["crop"] = {"mode": "center", "size": crop}
        self.assertEqual(expected, stated)
        torch.testing.assert_close(torch.tensor(pipeline.mean), torch.tensor(mean))
        torch.testing.assert_close(torch.tensor(pipeline.std), torch.tensor(std))


class TimmTest(Case):
    def test_the_shorter_side_is_resized_and_the_middle_cut_out(self) -> None:
        self.assert_steps(timm_config.read(RESNET, None), ("shorter-side", 235, "bicubic"), [224, 224])

    def test_the_sizes_for_tests_are_those_of_the_input_that_is_asked_for(self) -> None:
        self.assert_steps(timm_config.read(RESNET, (3, 288, 288)), ("shorter-side", 288, "bicubic"), [288, 288])

    def test_squash_resizes_both_sides(self) -> None:
        config = RESNET | {"crop_mode": "squash", "crop_pct": 0.9, "input_size": [3, 224, 192]}
        self.assert_steps(timm_config.read(config, None), ("exact", [248, 213], "bicubic"), [224, 192])

    def test_what_cannot_be_expressed_is_named(self) -> None:
        for change, named in (
            ({"crop_mode": "border"}, "the step crop_mode border"),
            ({"input_size": (3, 224, 192)}, r"crop_mode center of an input that is not square \(224x192\)"),
            ({"interpolation": "random"}, "interpolation random"),
            ({"crop_border_pixels": 4}, "crop_border_pixels"),
            ({"input_size": (4, 224, 224)}, "4 channels"),
        ):
            with self.subTest(named), self.assertRaisesRegex(SystemExit, named):
                timm_config.read(RESNET | change, None)

    def test_a_network_without_it_is_refused(self) -> None:
        with self.assertRaisesRegex(SystemExit, "no pretrained_cfg"):
            timm_config.of_network(nn.Identity(), None)

    @unittest.skipUnless(importlib.util.find_spec("timm"), "skipped: timm is not installed")
    def test_networks_of_timm_itself(self) -> None:
        import timm
        from timm.data import create_transform, resolve_model_data_config

        for name in ("resnet18", "vit_tiny_patch16_224", "convnext_atto"):
            with self.subTest(name):
                network = timm.create_model(name)
                own = create_transform(**resolve_model_data_config(network))
                self.assertEqual(transforms.read(own).json() | {"colour": "RGB"}, timm_config.of_network(network, None).json())


class HuggingFaceTest(Case):
    VIT = {"image_processor_type": "ViTImageProcessor", "do_resize": True, "size": {"height": 224, "width": 200}, "resample": 2}
    VIT |= {"do_normalize": True, "image_mean": MEAN, "image_std": STD, "do_rescale": True, "rescale_factor": 0.00392156862745098}

    def test_processors_of_several_kinds(self) -> None:
        clip = self.VIT | {"image_processor_type": "CLIPImageProcessor", "size": {"shortest_edge": 224}, "crop_size": 224, "resample": 3}
        old_clip = clip | {"size": 224, "feature_extractor_type": "CLIPFeatureExtractor", "image_processor_type": None}
        old_clip.pop("resample")
        convnext = self.VIT | {"image_processor_type": "ConvNextImageProcessor", "size": {"shortest_edge": 224}, "resample": 3}
        levit = clip | {"image_processor_type": "LevitImageProcessor"}
        for name, config, resized, crop in (
            ("ViT", self.VIT, ("exact", [224, 200], "bilinear"), None),
            ("CLIP", clip, ("shorter-side", 224, "bicubic"), [224, 224]),
            ("old CLIP", old_clip, ("shorter-side", 224, "bicubic"), [224, 224]),
            ("ConvNext", convnext, ("shorter-side", 256, "bicubic"), [224, 224]),
            ("ConvNext of 384", convnext | {"size": {"shortest_edge": 384}}, ("exact", [384, 384], "bicubic"), None),
            ("Levit", levit, ("shorter-side", 256, "bicubic"), [224, 224]),
            ("no resize", self.VIT | {"do_resize": False}, None, None),
            ("no crop", clip | {"do_center_crop": False}, ("shorter-side", 224, "bicubic"), None),
        ):
            with self.subTest(name):
                self.assert_steps(hugging_face.read(config), resized, crop)

    def test_scale_and_offset_become_mean_and_std(self) -> None:
        size = ("exact", [224, 200], "bilinear")
        half = self.VIT | {"rescale_factor": 1 / 127.5, "rescale_offset": True, "do_normalize": False}
        self.assert_steps(hugging_face.read(half), size, None, [0.5], [0.5])
        bytes_as_they_are = self.VIT | {"do_rescale": False, "image_mean": [127.5] * 3, "image_std": [255.0] * 3}
        self.assert_steps(hugging_face.read(bytes_as_they_are), size, None, [0.5] * 3, [1.0] * 3)

    def test_channels_may_be_swapped(self) -> None:
        swapped = hugging_face.read(self.VIT | {"do_flip_channel_order": True})
        self.assert_steps(swapped, ("exact", [224, 200], "bilinear"), None, colour="BGR")

    def test_what_cannot_be_expressed_is_named(self) -> None:
        for change, named in (
            ({"do_pad": True}, "the step do_pad"),
            ({"do_grayscale": True}, "the step do_grayscale"),
            ({"size": {"longest_edge": 512}}, "do_resize with size {'longest_edge': 512}"),
            ({"size": {"shortest_edge": 224, "longest_edge": 512}}, "do_resize with size"),
            ({"resample": 5}, "interpolation hamming"),
            ({"crop_pct": 0.9, "size": {"shortest_edge": 224}}, "crop_pct 0.9"),
            ({"image_processor_type": "EfficientNetImageProcessor", "include_top": True}, "include_top"),
            ({"image_processor_type": "OtherImageProcessor", "crop_size": 224}, "does not say do_center_crop"),
        ):
            with self.subTest(named), self.assertRaisesRegex(SystemExit, named):
                hugging_face.read(self.VIT | change)
        without = {key: value for key, value in self.VIT.items() if key != "image_mean"}
        with self.assertRaisesRegex(SystemExit, "do_normalize lacks image_mean"):
            hugging_face.read(without)


class TransformsTest(Case):
    def test_a_preset_of_weights(self) -> None:
        self.assert_steps(transforms.read(PRESET), ("shorter-side", 232, "bilinear"), [224, 224])

    def test_compositions_of_both_versions(self) -> None:
        resized = ("shorter-side", 256, "bilinear")
        self.assert_steps(transforms.read(compose(resize(256), CROP, TO_TENSOR, NORMALIZE)), resized, [224, 224])
        second = compose(step("ToImage"), resize([256]), CROP, step("ToDtype", dtype=torch.float32, scale=True), NORMALIZE)
        self.assert_steps(transforms.read(second), resized, [224, 224])
        nested = compose(compose(resize((256, 200), Mode.BICUBIC)), step("Identity"), [TO_TENSOR, NORMALIZE])
        self.assert_steps(transforms.read(nested), ("exact", [256, 200], "bicubic"), None)
        exact = compose(resize(256, Mode.NEAREST_EXACT), step("CenterCrop", size=[200]), TO_TENSOR)
        self.assert_steps(transforms.read(exact), ("shorter-side", 256, "nearest"), [200, 200], [0.0], [1.0])

    def test_gray_and_values_up_to_255(self) -> None:
        gray = compose(step("Grayscale", num_output_channels=1), TO_TENSOR, step("Normalize", mean=[0.5], std=[0.25]))
        self.assert_steps(transforms.read(gray), None, None, [0.5], [0.25], colour="L")
        unscaled = compose(step("ToImage"), step("ToDtype", dtype=torch.float32, scale=False), step("Normalize", mean=[127.5], std=[51.0]))
        self.assert_steps(transforms.read(unscaled), None, None, [0.5], [0.2])

    def test_what_cannot_be_expressed_is_named(self) -> None:
        for steps, named in (
            ([step("RandomResizedCrop")], "the step RandomResizedCrop is random"),
            ([step("Pad")], "the step Pad cannot be expressed"),
            ([step("Lambda")], "the step Lambda cannot be expressed"),
            ([resize(256, max_size=512)], "Resize with max_size=512"),
            ([resize(256, Mode.HAMMING)], "interpolation hamming"),
            ([CROP, resize(256)], "Resize must be the only one, before CenterCrop"),
            ([resize(256), resize(128)], "Resize must be the only one"),
            ([step("ToImage"), resize(256, antialias=False)], "Resize of a tensor"),
            ([step("ToImage"), resize(256, Mode.NEAREST)], "Resize of a tensor"),
            ([CROP, CROP], "a second step CenterCrop"),
            ([resize(256), step("Grayscale", num_output_channels=1)], "Grayscale must give one channel and come first"),
            ([step("Grayscale", num_output_channels=3)], "Grayscale must give one channel"),
            ([NORMALIZE], "Normalize must be the only one, after ToTensor"),
            ([TO_TENSOR, NORMALIZE, NORMALIZE], "Normalize must be the only one"),
        ):
            with self.subTest(named), self.assertRaisesRegex(SystemExit, named):
                transforms.read(compose(*steps))
        with self.assertRaisesRegex(SystemExit, "names int, not a transform"):
            transforms.read(3)


class OptionsTest(unittest.TestCase):
    """From the command line to model.json."""

    def setUp(self) -> None:
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.directory = Path(holder.name)

    def given(self, *options: str) -> argparse.Namespace:
        return export.parse(["--module", "m:n", "--classes", "2", "--output", "o", *options])

    def contract(self, *options: str, network: object = None) -> tuple:
        return preprocessing.contract(self.given(*options), lambda: network)

    def test_without_any_there_is_none(self) -> None:
        self.assertEqual(((3, 32, 32), None, None, None), self.contract("--input", "3,32,32"))
        with self.assertRaisesRegex(SystemExit, "--input C,H,W"):
            self.contract()

    def test_options_alone(self) -> None:
        shape, _, _, steps = self.contract(
            *"--colour BGR --orientation exif --resize pad --size 64,48 --interpolation lanczos --fill 1,2,3 --crop 32".split()
        )
        self.assertEqual((3, 32, 32), shape)
        resized = {"mode": "pad", "size": [64, 48], "interpolation": "lanczos", "fill": [1, 2, 3]}
        crop = {"mode": "center", "size": [32, 32]}
        self.assertEqual({"colour": "BGR", "orientation": "exif", "resize": resized, "crop": crop}, steps)

    def test_gray_is_what_one_channel_means(self) -> None:
        _, _, _, steps = self.contract(*"--input 1,28,28 --resize exact --size 28 --interpolation box".split())
        self.assertEqual("L", steps["colour"])

    def test_options_come_before_the_source(self) -> None:
        network = SimpleNamespace(pretrained_cfg=RESNET)
        shape, mean, std, steps = self.contract(
            *"--preprocessing timm --orientation exif --interpolation bilinear --crop 200 --mean 0.5,0.5,0.5".split(), network=network
        )
        self.assertEqual(((3, 200, 200), [0.5, 0.5, 0.5], STD), (shape, mean, std))
        self.assertEqual("exif", steps["orientation"])
        self.assertEqual({"mode": "shorter-side", "size": 235, "interpolation": "bilinear"}, steps["resize"])

    def test_files_of_every_kind(self) -> None:
        file = self.directory / "config.json"
        model = {"mean": [0.1] * 3, "std": [0.2] * 3, "preprocessing": {"colour": "RGB", "crop": {"mode": "center", "size": [8, 9]}}}
        for content, shape in (
            ({"architecture": "resnet18", "pretrained_cfg": RESNET}, (3, 224, 224)),
            (HuggingFaceTest.VIT, (3, 224, 200)),
            (model, (3, 8, 9)),
        ):
            with self.subTest(shape):
                file.write_text(json.dumps(content))
                self.assertEqual(shape, self.contract("--preprocessing", str(file))[0])
        unknown = "is no preprocessor_config.json"
        for text, problem in (("{}", unknown), ("[]", unknown), ("{", "cannot be read as JSON")):
            file.write_text(text)
            with self.subTest(text), self.assertRaisesRegex(SystemExit, problem):
                self.contract("--preprocessing", str(file))

    def test_an_old_file_that_leaves_steps_open_is_completed_by_options(self) -> None:
        file = self.directory / "preprocessor_config.json"
        file.write_text(json.dumps({"do_normalize": True, "do_resize": True, "image_mean": MEAN, "image_std": STD, "size": 224}))
        with self.assertRaisesRegex(SystemExit, "add --resize shorter-side or exact or pad"):
            self.contract("--preprocessing", str(file))
        with self.assertRaisesRegex(SystemExit, "add --interpolation"):
            self.contract("--preprocessing", str(file), "--resize", "exact")
        shape, _, _, steps = self.contract("--preprocessing", str(file), "--resize", "exact", "--interpolation", "bilinear")
        self.assertEqual((3, 224, 224), shape)
        self.assertEqual({"mode": "exact", "size": [224, 224], "interpolation": "bilinear"}, steps["resize"])

    def test_an_object_is_called_where_it_makes_the_transform(self) -> None:
        for name in ("PRESET", "make_preset", "PARTIAL", "RESNET"):
            with self.subTest(name):
                self.assertEqual((3, 224, 224), self.contract("--preprocessing", f"test_preprocessing:{name}")[0])

    def test_what_does_not_give_the_input_is_refused_with_the_option(self) -> None:
        for options, problem in (
            ("--input 3,32,32 --resize shorter-side --size 40 --interpolation box", "leaves the other side open: add --crop 32,32"),
            ("--resize shorter-side --size 40 --interpolation box", "give the shape of the images by --input"),
            ("--input 3,32,32 --crop 30", "gives 3,30,30, but --input is 3,32,32"),
            ("--input 1,32,32 --colour RGB", "gives 3 channels, but --input has 1"),
            ("--input 1,32,32 --colour RGB --crop 32", "gives 3,32,32, but --input is 1,32,32"),
            ("--input 3,32,32 --resize exact --interpolation box", "add --size"),
            ("--input 3,32,32 --resize exact --size 32", "add --interpolation"),
            ("--input 3,32,32 --resize shorter-side --size 32,40 --interpolation box --crop 32", "one number as its --size"),
            ("--input 3,32,32 --resize exact --size 32 --interpolation box --fill 3", "--fill is what --resize pad"),
            ("--input 3,32,32 --resize pad --size 32 --interpolation box --fill 300", "from 0 to 255"),
            ("--input 3,32,32 --resize exact --size 99999 --interpolation box", "from 1 to 16384"),
            ("--input 3,32,32 --interpolation box", "give --resize and --size"),
        ):
            with self.subTest(options), self.assertRaisesRegex(SystemExit, problem):
                self.contract(*options.split())


def make_preset() -> object:
    return PRESET


PARTIAL = functools.partial(make_preset)


if __name__ == "__main__":
    unittest.main()
