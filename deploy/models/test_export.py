# SPDX-License-Identifier: Apache-2.0
"""Tests of the export: python -m unittest test_export (in this folder)."""

import contextlib
import copy
import hashlib
import io
import json
import subprocess
import sys
import tempfile
import unittest
import zipfile
from pathlib import Path

import torch
from torch import nn
from torch.nn.utils import parametrizations, prune, spectral_norm, weight_norm

import architectures
import condense
import export
import test_networks as networks
from test_networks import CLASSES, SHAPE
from wildstream_export import loading
from wildstream_export.cutting import Choices, features_module, split

GOLDEN = Path(__file__).parents[2] / "engine/src/test/resources/golden_losses.json"


class Branching(nn.Module):
    """Post-processes its last Linear layer, so that it cannot be cut there."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Linear(12, 5)
        self.last = nn.Linear(5, 3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = torch.relu(self.first(torch.flatten(x, 1)))
        return torch.log_softmax(self.last(x), dim=1)


class ExportCase(unittest.TestCase):
    """A directory of its own, and networks exported into it."""

    def setUp(self) -> None:
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.directory = Path(holder.name)
        self.said: list[str] = []
        torch.manual_seed(1)

    def export(
        self, network: nn.Module, shape: tuple[int, ...] = SHAPE, classes: int = CLASSES, condensable: bool = False, **choices
    ) -> tuple[torch.jit.ScriptModule, dict]:
        names = [str(index) for index in range(classes)]
        description = export.describe("m", shape, names, [0.5] * shape[0], [0.5] * shape[0])
        export.write(self.directory / "m", network, description, Choices(**choices), condensable, say=self.said.append)
        module = torch.jit.load(str(self.directory / "m" / "model.pt"))
        return module, json.loads((self.directory / "m" / "model.json").read_text())

    def check(self, network: nn.Module, expected: tuple, x: torch.Tensor, tolerance: float = 1e-5, **choices) -> dict:
        """The exported module must give these logits and features, in batches of any size."""
        module, description = self.export(network, **choices)
        for size in (1, 3, len(x)):
            with torch.no_grad():
                actual = module(x[:size])
            for whole, answer in zip(expected, actual):
                torch.testing.assert_close(answer, whole[:size].float(), rtol=tolerance, atol=tolerance)
        self.assertEqual(expected[1].shape[1], description["featureSize"])
        return description

    def has_said(self, text: str) -> bool:
        return any(text in line for line in self.said)


class ExportTest(ExportCase):
    def test_logits_and_features_are_those_of_the_network(self) -> None:
        for name in architectures.NAMES:
            with self.subTest(name):
                network = architectures.build(name, 3, 32, 10).eval()
                caught = []
                heads = [module for module in network.modules() if isinstance(module, nn.Linear)]
                heads[-1].register_forward_pre_hook(lambda _, inputs: caught.append(inputs[0]))
                module, description = self.export(architectures_copy(network), (3, 32, 32), 10)
                x = torch.rand(4, 3, 32, 32)
                with torch.no_grad():
                    logits, features = module(x)
                    expected = network(x)
                self.assertTrue(torch.equal(logits, expected))
                self.assertTrue(torch.equal(features, caught[-1]))
                self.assertEqual(features.shape[1], description["featureSize"])

    def test_digest_and_bias_are_written(self) -> None:
        network = architectures.build("lenet5", 1, 28, 10)
        _, description = self.export(network, (1, 28, 28), 10)
        content = (self.directory / "m" / "model.pt").read_bytes()
        self.assertEqual(hashlib.sha256(content).hexdigest(), description["digest"])
        self.assertEqual([float(value) for value in network.fc3.bias.detach().double()], description["classifierBias"])

    def test_modes_are_followed_and_parameters_stay_trainable(self) -> None:
        module, _ = self.export(architectures.build("vgg", 1, 28, 10), (1, 28, 28), 10)
        x = torch.rand(8, 1, 28, 28)
        module.train()
        first, second = module(x)[0], module(x)[0]
        self.assertFalse(torch.equal(first, second), "dropout does not act in training mode")
        self.assertEqual(2, int(module.wildstream_buffers()["body.convolutions.1.num_batches_tracked"]))
        first.sum().backward()
        self.assertTrue(all(parameter.grad is not None for parameter in module.parameters()))
        module.eval()
        self.assertTrue(torch.equal(module(x)[0], module(x)[0]))

    def test_buffers_are_given_by_name(self) -> None:
        module, _ = self.export(architectures.build("resnet8", 3, 32, 10), (3, 32, 32), 10)
        self.assertEqual(dict(module.named_buffers()).keys(), module.wildstream_buffers().keys())

    def test_a_network_that_cannot_be_cut_is_refused_where_a_script_is_asked_for(self) -> None:
        with self.assertRaisesRegex(SystemExit, "leave --script out and it is traced"):
            self.export(Branching(), (3, 2, 2), 3, form="script")

    def test_tracing_catches_the_features_all_the_same(self) -> None:
        network = Branching().eval()
        module, description = self.export(network, (3, 2, 2), 3)
        x = torch.rand(6, 3, 2, 2)
        with torch.no_grad():
            logits, features = module(x)
            self.assertTrue(torch.equal(logits, network(x)))
        self.assertEqual((6, 5), tuple(features.shape))
        self.assertEqual(5, description["featureSize"])

    def test_a_network_without_linear_layer_is_refused(self) -> None:
        with self.assertRaisesRegex(SystemExit, "no nn.Linear"):
            self.export(nn.Flatten(), (1, 2, 2), 4)

    def test_another_number_of_classes_is_refused(self) -> None:
        with self.assertRaisesRegex(SystemExit, "10 outputs, but 9 classes"):
            self.export(architectures.build("lenet5", 1, 28, 10), (1, 28, 28), 9)

    def test_no_path_of_the_machine_is_kept(self) -> None:
        self.export(architectures.build("lenet5", 1, 28, 10), (1, 28, 28), 10)
        here = str(Path(export.__file__).parent).encode()
        with zipfile.ZipFile(self.directory / "m" / "model.pt") as archive:
            for name in archive.namelist():
                self.assertNotIn(here, archive.read(name), name)

    def test_a_pytorch_with_the_flaw_in_its_unpickler_loads_no_state(self) -> None:
        for version in ("1.13.1", "2.7.1+cpu", "2.9.1"):
            with self.subTest(version), self.assertRaisesRegex(SystemExit, "CVE-2026-24747"):
                loading.require_fixed_unpickler(version)
        for version in ("2.10.0", "2.13.0+cpu", "3.0.0"):
            loading.require_fixed_unpickler(version)

    def test_builtin_sizes(self) -> None:
        for name, size in (("lenet5", 61706), ("vgg", 866042)):
            network = architectures.build(name, 1, 28, 10)
            self.assertEqual(size, sum(parameter.numel() for parameter in network.parameters()))


class KindsOfNetworksTest(ExportCase):
    """What people have; each is compared with what the network itself gives."""

    def setUp(self) -> None:
        super().setUp()
        self.x = torch.rand(5, *SHAPE)

    def answers(self, network: nn.Module, head: str) -> tuple:
        """What the network gives, and the input of one of its modules."""
        caught = []
        handle = network.get_submodule(head).register_forward_pre_hook(lambda _, inputs: caught.append(inputs[0]))
        with torch.no_grad():
            outputs = network(self.x)
        handle.remove()
        return outputs, caught[-1]

    def test_lambdas_are_traced_for_a_teacher(self) -> None:
        network = networks.OptionA().eval()
        logits, features = self.answers(network, "linear")
        self.check(network, (logits, features), self.x)
        self.assertTrue(self.has_said("traced, since it cannot be scripted: "), self.said)
        with self.assertRaisesRegex(SystemExit, "cannot be scripted.*leave --script out"):
            self.export(network, form="script")

    def test_a_trace_that_cannot_learn_has_no_method_that_a_student_needs(self) -> None:
        for network, head, can_learn in ((networks.OptionA(), "linear", False), (networks.CosineHead(), "head", True)):
            with self.subTest(type(network).__name__):
                self.said.clear()
                module, _ = self.export(network, features=head, form="trace")
                self.assertEqual(can_learn, module._c._has_method(export.BUFFERS_METHOD))
                self.assertEqual(can_learn, not self.has_said("a teacher only"), self.said)

    def test_named_tuples_are_scripted(self) -> None:
        for always in (False, True):
            with self.subTest(always):
                self.said.clear()
                network = networks.Inception(always).eval()
                outputs, features = self.answers(network, "fc")
                self.check(network, (outputs[0] if always else outputs, features), self.x)
                self.assertFalse(self.has_said("traced"), self.said)
                module = torch.jit.load(str(self.directory / "m" / "model.pt"))
                self.assertNotIn("aten::warn", str(module.inlined_graph))

    def test_one_of_several_outputs_is_taken(self) -> None:
        forms = {
            "dictionary": (lambda logits, hidden: {"logits": logits, "hidden": hidden}, "logits", None),
            "dictionary by key": (lambda logits, hidden: {"a": logits + 1, "b": logits}, "b", "b"),
            "tuple": (lambda logits, hidden: (hidden, logits), 1, None),
            "tuple by index": (lambda logits, hidden: (logits + 1, logits), 1, "1"),
            "list": (lambda logits, hidden: [logits, 3], 0, None),
        }
        for name, (form, place, wanted) in forms.items():
            with self.subTest(name):
                network = networks.Shaped(form).eval()
                outputs, features = self.answers(network, "fc")
                self.check(network, (outputs[place], features), self.x, logits=wanted)

    def test_a_dictionary_is_scripted(self) -> None:
        network = networks.Dictionary().eval()
        outputs, features = self.answers(network, "fc")
        self.check(network, (outputs["scores"], features), self.x)
        self.assertFalse(self.has_said("traced"), self.said)

    def test_outputs_that_leave_a_choice_are_listed(self) -> None:
        two = networks.Shaped(lambda logits, hidden: {"a": logits, "b": logits, "c": hidden})
        with self.assertRaisesRegex(SystemExit, r"a \[2, 5\], b \[2, 5\], c \[2, 6\]: .* by --logits"):
            self.export(two)
        with self.assertRaisesRegex(SystemExit, r"--logits d: the network gives a \[2, 5\]"):
            self.export(two, logits="d")
        with self.assertRaisesRegex(SystemExit, "the network gives str, not a tensor"):
            self.export(networks.Shaped(lambda logits, hidden: "logits"))

    def test_a_1x1_convolution_makes_the_logits(self) -> None:
        for pooled_first, rectified in ((True, False), (False, False), (False, True)):
            with self.subTest(pooled_first=pooled_first, rectified=rectified):
                self.said.clear()
                network = networks.Squeeze(pooled_first, rectified).eval()
                with self.assertRaisesRegex(SystemExit, "no nn.Linear layer.*perhaps --features head"):
                    self.export(network)
                logits, features = self.answers(network, "head")
                description = self.check(network, (logits, features.mean((2, 3))), self.x, features="head")
                self.assertEqual([] if rectified else network.head.bias.tolist(), description["classifierBias"])
                self.assertEqual(rectified, self.has_said("traced"), self.said)

    def test_a_cosine_head_makes_the_logits(self) -> None:
        network = networks.CosineHead().eval()
        with self.assertRaisesRegex(SystemExit, "perhaps --features head"):
            self.export(network)
        logits, features = self.answers(network, "head")
        description = self.check(network, (logits, features), self.x, features="head")
        self.assertEqual([], description["classifierBias"])
        self.assertTrue(self.has_said("cut before head (Cosine): features D = 6, logits K = 5"), self.said)

    def test_one_of_two_linear_layers_is_named(self) -> None:
        network = networks.TwoHeads().eval()
        with self.assertRaisesRegex(SystemExit, r"several Linear layers make 5 values \(head, head_dist\): name one by --features"):
            self.export(network)
        for head in ("head", "head_dist"):
            logits, features = self.answers(network, head)
            self.check(network, (logits, features), self.x, features=head)

    def test_features_may_be_those_of_a_layer_before(self) -> None:
        network = networks.plain().eval()
        logits, features = self.answers(network, "5")
        self.check(network, (logits, features), self.x, features="5")
        self.assertTrue(self.has_said("since it cannot be scripted: it cannot be cut before 5"), self.said)

    def test_a_module_that_does_not_exist_or_run_is_refused(self) -> None:
        with self.assertRaisesRegex(SystemExit, "--features heads is no module of the network, did you mean head?"):
            self.export(networks.CosineHead(), features="heads")
        with self.assertRaisesRegex(SystemExit, "--features aux does not run; the last that run are"):
            self.export(networks.Inception(), features="aux")

    def test_weights_that_are_computed_become_plain(self) -> None:
        ways = {
            "weight norm as a hook": lambda layer: weight_norm(layer),
            "weight norm as a parametrization": lambda layer: parametrizations.weight_norm(layer),
            "spectral norm as a hook": lambda layer: spectral_norm(layer),
            "spectral norm as a parametrization": lambda layer: parametrizations.spectral_norm(layer),
            "pruning": lambda layer: prune.l1_unstructured(layer, "weight", 0.5),
        }
        for name, way in ways.items():
            with self.subTest(name):
                self.said.clear()
                network = networks.plain()
                way(network[0])
                way(network[7])
                network.eval()
                logits, features = self.answers(network, "7")
                self.check(network, (logits, features), self.x)
                self.assertTrue(self.has_said("made plain: 2 weights"), self.said)
                self.assertFalse(self.has_said("traced"), self.said)
                self.assertTrue(all(parameter.is_leaf and parameter.requires_grad for parameter in network.parameters()))

    def test_weights_of_low_precision_become_float32(self) -> None:
        for dtype in (torch.float16, torch.bfloat16, torch.float64):
            with self.subTest(dtype):
                network = networks.plain().eval().to(dtype)
                logits, features = self.answers(copy.deepcopy(network).float(), "7")
                self.check(network, (logits, features), self.x)
                self.assertTrue(self.has_said(f"converted to float32: weights of {str(dtype).split('.')[1]}"), self.said)

    def test_low_precision_inside_is_computed_in_float32(self) -> None:
        for how in ("half", "bfloat16", "autocast"):
            with self.subTest(how):
                self.said.clear()
                network = networks.LowInside(how).eval()
                logits, features = self.answers(network, "fc")
                self.check(network, (logits, features), self.x, tolerance=0.02)
                self.assertTrue(self.has_said("computes in float32 where its code asks for"), self.said)
                module = torch.jit.load(str(self.directory / "m" / "model.pt"))
                self.assertEqual({torch.float32}, {output.dtype for output in module(self.x)})

    def test_batch_norm_is_put_into_evaluation_mode(self) -> None:
        network = networks.StaysInTraining()
        network(torch.rand(9, *SHAPE) * 3)
        running = copy.deepcopy(network)
        running.bn.eval()
        logits, features = self.answers(running, "fc")
        self.check(network, (logits, features), self.x)
        self.assertTrue(self.has_said("put into evaluation mode: 1 BatchNorm layer in training mode (bn)"), self.said)

    def test_batch_norm_without_statistics_is_refused(self) -> None:
        with self.assertRaisesRegex(SystemExit, "an image has other logits in a batch of 1.*BatchNorm with running statistics"):
            self.export(networks.StaysInTraining(statistics=False))

    def test_a_network_that_cannot_take_one_image_is_refused(self) -> None:
        with self.assertRaisesRegex(SystemExit, r"batch of 1.*no squeeze\(\)"):
            self.export(networks.FixedBatch())

    def test_another_input_is_refused(self) -> None:
        with self.assertRaisesRegex(SystemExit, "cannot run on inputs of shape 1,8,8.*--input C,H,W"):
            self.export(networks.plain(), (1, 8, 8))

    def test_what_was_done_is_said(self) -> None:
        self.export(networks.plain())
        self.assertTrue(self.has_said("cut before 7 (Linear 7 to 5): features D = 7, logits K = 5"), self.said)
        self.assertTrue(self.has_said("checked: batches of 1, 2 and 7 have equal rows"), self.said)
        self.assertTrue(self.has_said("model.pt"), self.said)

    def test_condense_is_written_on_request_only(self) -> None:
        file = self.directory / "m" / export.CONDENSE_FILE
        self.export(networks.plain(), condensable=True)
        self.assertTrue(file.exists())
        self.export(networks.plain())
        self.assertFalse(file.exists())
        with self.assertRaisesRegex(SystemExit, "--condense needs a network that can be scripted"):
            self.export(networks.OptionA(), condensable=True)


class CommandCase(ExportCase):
    """The command itself, within this process where it can be."""

    def run_export(self, *arguments: str) -> str:
        output = io.StringIO()
        with contextlib.redirect_stdout(output):
            export.main(["--classes", str(CLASSES), "--output", str(self.directory / "m"), *arguments])
        return output.getvalue()

    def refused(self, pattern: str, *arguments: str) -> None:
        with self.assertRaisesRegex(SystemExit, pattern) as raised:
            self.run_export("--input", "3,8,8", *arguments)
        self.assertEqual(1, len(str(raised.exception).splitlines()))


class CommandTest(CommandCase):
    """What the command takes, and what it refuses."""

    def saved(self, content: object) -> str:
        path = self.directory / "weights.pt"
        torch.save(content, path)
        return str(path)

    def test_checkpoints_of_data_parallel_are_loaded(self) -> None:
        network = networks.plain()
        state = nn.DataParallel(network).state_dict()
        x = torch.rand(2, *SHAPE)
        with torch.no_grad():
            expected = network.eval()(x)
        for content, options in (
            ({"state_dict": state, "epoch": 3}, ["--key", "state_dict", "--strip", "module."]),
            ({"state_dict": state, "best": 91.2}, ["--strip", "module."]),
            ({"ema": {"model": state}, "epoch": 3}, ["--key", "ema.model", "--strip", "module."]),
            (network.state_dict(), []),
        ):
            with self.subTest(options):
                said = self.run_export("--input", "3,8,8", "--module", "test_networks:plain", "--weights", self.saved(content), *options)
                self.assertIn("with the weights of", said)
                module = torch.jit.load(str(self.directory / "m" / "model.pt"))
                with torch.no_grad():
                    torch.testing.assert_close(module(x)[0], expected)

    def test_a_wrapped_network_is_unwrapped(self) -> None:
        made = self.directory / "made.py"
        made.write_text("import test_networks\nfrom torch import nn\ndef make():\n    return nn.DataParallel(test_networks.plain())\n")
        weights = self.saved(nn.DataParallel(networks.plain()).state_dict())
        said = self.run_export("--input", "3,8,8", "--module", f"{made}:make", "--weights", weights)
        self.assertIn("cut before 7", said)

    def test_weights_that_do_not_fit_are_refused_with_the_option(self) -> None:
        plain = ["--module", "test_networks:plain", "--weights"]
        state = networks.plain().state_dict()
        self.refused("holds epoch, model: say which .* by --key", *plain, self.saved({"epoch": 1, "model": state}))
        self.refused("has no 'net'; it holds epoch, model", *plain, self.saved({"epoch": 1, "model": state}), "--key", "net")
        self.refused("no state dict, but int", *plain, self.saved({"epoch": 1, "model": state}), "--key", "epoch")
        parallel = nn.DataParallel(networks.plain()).state_dict()
        self.refused(r"11 keys begin with 'module\.'.*add --strip module\.", *plain, self.saved(parallel))
        self.refused("no key of .* begins so; the first is 0.weight", *plain, self.saved(state), "--strip", "net.")
        wide = state | {"7.weight": torch.zeros(6, 7)}
        self.refused(r"7.weight is \[6, 7\] in the file and \[5, 7\] in the network.*--arguments", *plain, self.saved(wide))
        few = {name: value for name, value in state.items() if name != "5.bias"} | {"x.y": torch.zeros(1)}
        self.refused(r"lacks 1 of 11 keys \(5.bias\) and .* no place for 1 keys \(x.y\).*--key and --strip", *plain, self.saved(few))
        self.refused("holds more than tensors.*state_dict\\(\\)", *plain, self.saved(networks.plain()))
        self.refused("there is no file", *plain, "/nowhere.pt")
        (self.directory / "text.pt").write_text("no weights")
        self.refused("weights .*text.pt (cannot be read|holds more)", *plain, str(self.directory / "text.pt"))

    def test_modules_that_cannot_be_made_are_refused_with_the_option(self) -> None:
        self.refused("must be package.module:name", "--module", "test_networks")
        self.refused("cannot import no_such.*install what is missing", "--module", "no_such:make")
        self.refused("there is no file", "--module", "/nowhere/x.py:make")
        self.refused("no 'plane', did you mean plain?", "--module", "test_networks:plane")
        self.refused("cannot be called.*--arguments NAME=VALUE", "--module", "test_networks:Cosine")
        self.refused("gives dict: name a callable that makes a torch.nn.Module", "--module", "builtins:dict")
        self.refused("neither a torch.nn.Module nor callable", "--module", "test_networks:SHAPE")
        self.refused("several Linear layers", "--module", "test_networks:TwoHeads")
        self.refused("5 outputs, but 3 classes are named", "--module", "test_networks:plain", "--classes", "3")

    def test_what_a_service_would_refuse_is_refused(self) -> None:
        plain = ["--module", "test_networks:plain"]
        for options, problem in (
            (["--accuracy", "91"], r"--accuracy is a share in \[0, 1\], got 91"),
            (["--class-accuracy", "1,1,1,1,2"], r"--class-accuracy is a share in \[0, 1\]"),
            (["--class-accuracy", "1,1"], "--class-accuracy has 2 values, but there are 5 classes"),
            (["--classes", "only"], "at least 2 classes, got 1"),
            (["--mean", "0.5"], "--mean has 1 values, but the images have 3 channels"),
            (["--mean", "0,nan,0"], "--mean must be finite, got 0, nan, 0"),
            (["--std", "1,0,1"], "--std must be finite and above 0, got 1, 0, 1"),
            (["--input", "3,9999,9999"], "--input 3,9999,9999 has more than"),
            (["--input", "3,8"], "--input 3,8: an image is C,H,W; give the type of another tensor by --tensor"),
            (["--minimum", "0"], "--minimum bounds the values of tensors"),
        ):
            with self.subTest(options):
                self.refused(problem, *plain, *options)
        with self.assertRaisesRegex(SystemExit, "--builtin nosuch: there is no such network; choose all or some of lenet5"):
            export.main(["--builtin", "nosuch", "--root", str(self.directory)])

    def test_a_refusal_is_one_line_and_the_trace_is_there_on_request(self) -> None:
        for options, lines, status in (([], 1, 1), (["--verbose"], 9, 1), (["--input", "3,0"], 1, 2), (["--colour", "red"], 1, 2)):
            with self.subTest(options):
                command = [sys.executable, export.__file__, "--module", "test_networks:TwoHeads", "--input", "3,8,8", "--classes", "5"]
                command += ["--output", str(self.directory / "m"), *options]
                result = subprocess.run(command, capture_output=True, text=True, cwd=Path(export.__file__).parent)
                self.assertEqual(status, result.returncode, result.stderr)
                shown = result.stderr.strip().splitlines()
                self.assertEqual(lines > 1, len(shown) > 1, result.stderr)
                self.assertTrue(shown[-1].startswith("export.py: "), shown)


class TensorsTest(CommandCase):
    """Networks that read something else than images."""

    def described(self) -> dict:
        return json.loads((self.directory / "m" / "model.json").read_text())

    def export_tensors(self, *arguments: str) -> dict:
        said = self.run_export("--tensor", *arguments)
        self.assertIn("checked: batches of 1, 2 and 7 have equal rows", said)
        return self.described()

    def test_rows_of_a_table(self) -> None:
        table = ["--module", "architectures:Mlp", "--arguments", "inputs=32", "classes=5", "--input", "32"]
        description = self.export_tensors("float32", *table, "--minimum", "-10", "--maximum", "10", "--accuracy", "0.9")
        self.assertEqual({"shape": [32], "type": "float32", "minimum": -10, "maximum": 10}, description["input"])
        self.assertEqual((64, 0.9), (description["featureSize"], description["accuracy"]))
        self.assertNotIn("mean", description)
        self.assertEqual({"shape": [32], "type": "float32"}, self.export_tensors("float32", *table)["input"])

    def test_token_ids(self) -> None:
        description = self.export_tensors("int64", "--module", "test_networks:Ids", "--input", "6", "--minimum", "0", "--maximum", "19")
        self.assertEqual({"shape": [6], "type": "int64", "minimum": 0, "maximum": 19}, description["input"])

    def test_a_vocabulary_that_is_too_large_is_refused(self) -> None:
        with self.assertRaisesRegex(SystemExit, "cannot run on inputs of shape 6"):
            self.export_tensors("int64", "--module", "test_networks:Ids", "--input", "6", "--minimum", "20", "--maximum", "99")

    def test_what_cannot_be_is_refused(self) -> None:
        for options, problem in (
            (["int64"], "--tensor int64 needs --minimum and --maximum"),
            (["int64", "--minimum", "0.5", "--maximum", "3"], "--minimum of int64 must be a whole number in"),
            (["uint8", "--maximum", "256"], r"--maximum of uint8 must be a whole number in \[0, 255\], got 256"),
            (["float32", "--maximum", "nan"], "--maximum must be a finite float32, got nan"),
            (["float32", "--minimum", "2", "--maximum", "1"], "--minimum must be at most --maximum, got 2 and 1"),
            (["float32", "--mean", "0.5"], "--mean is for images"),
            (["float32", "--condense"], "--condense is for images"),
        ):
            with self.subTest(options):
                self.refused(problem, "--module", "test_networks:Ids", "--tensor", *options)

    def test_the_models_that_are_shipped_are_made_again(self) -> None:
        with contextlib.redirect_stdout(io.StringIO()):
            export.main(["--builtin", "mlp", "--root", str(self.directory)])
        made = json.loads((self.directory / "mlp-32-3" / "model.json").read_text())
        shipped = json.loads((Path(export.__file__).parent / "mlp-32-3" / "model.json").read_text())
        self.assertEqual({**shipped, "digest": ""}, {**made, "digest": ""})


class CondenseTest(unittest.TestCase):
    """Gradients through gradient descent, in float64."""

    def unrolled(self, network: nn.Module, head: str) -> torch.jit.ScriptModule:
        return condense.script(torch.jit.script(split(network.double().eval(), head)))

    def test_linear_network_gives_the_golden_gradients(self) -> None:
        golden = json.loads(GOLDEN.read_text())
        inputs, expected = golden["inputs"], golden["dataset_distillation_linear"]
        module = self.unrolled(architectures.Linear(3, 1, 5, bias=False), "fc")
        for _ in range(3):  # The compiler changes the graph after the first calls.
            loss, _, images, rates, weights, _ = module(
                doubles(inputs["dd_w0"]).flatten(),
                doubles(inputs["dd_x"]).view(1, 2, 3, 1, 1),
                torch.tensor([inputs["dd_y"]]),
                doubles(inputs["dd_eta"]),
                doubles(inputs["teacher_features"]).view(-1, 3, 1, 1),
                torch.tensor(inputs["labels"]),
            )
            self.assertAlmostEqual(expected["loss_after"], loss.item(), delta=1e-10)
            torch.testing.assert_close(images.view(2, 3), doubles(expected["grad_x"]), rtol=0, atol=1e-10)
            torch.testing.assert_close(rates, doubles(expected["grad_eta"]), rtol=0, atol=1e-10)
            torch.testing.assert_close(weights.view(5, 3), doubles(expected["grad_w0"]), rtol=0, atol=1e-10)

    def test_every_shipped_architecture_agrees_with_finite_differences(self) -> None:
        for name in architectures.NAMES:
            with self.subTest(name):
                self.check_finite_differences(name)

    def check_finite_differences(self, name: str) -> None:
        torch.manual_seed(3)
        network = architectures.build(name, 1, 28, 10)
        module = self.unrolled(network, head_of(network.eval(), torch.rand(2, 1, 28, 28)))
        weights = torch.cat([parameter.detach().flatten() for _, parameter in sorted(module.network.named_parameters())])
        labels = torch.arange(10).repeat(2, 1)
        real, real_labels = torch.randn(16, 1, 28, 28).double(), torch.randint(10, (16,))
        trainable = [weights, torch.randn(2, 10, 1, 28, 28).double(), torch.tensor([0.02, 0.04, 0.03]).double()]

        def run(values: list[torch.Tensor]) -> list[torch.Tensor]:
            return module(values[0], values[1], labels, values[2], real, real_labels)

        outcome = run(trainable)
        for index, gradient in ((0, outcome[4]), (1, outcome[2]), (2, outcome[3])):
            # Along the gradient itself, where the difference is largest beside the rounding. A long step may cross a point where a ReLU or
            # a pooling changes sides, a short one is lost in rounding: a right gradient agrees with one of them, a wrong one with none.
            direction = gradient / gradient.norm()
            errors = []
            for step in (1e-6, 1e-7, 1e-8):
                above, below = list(trainable), list(trainable)
                above[index] = trainable[index] + step * direction
                below[index] = trainable[index] - step * direction
                slope = ((run(above)[0] - run(below)[0]) / (2 * step)).item()
                errors.append(abs(slope / gradient.norm().item() - 1))
            self.assertLess(min(errors), 1e-5, msg=f"{name}, input {index}")


def doubles(values: list) -> torch.Tensor:
    return torch.tensor(values, dtype=torch.float64)


def head_of(network: nn.Module, x: torch.Tensor) -> str:
    with torch.no_grad():
        return features_module(network, x, network(x), None)


def architectures_copy(network: nn.Module) -> nn.Module:
    """A copy without hooks: TorchScript cannot compile them."""
    twin = copy.deepcopy(network)
    for module in twin.modules():
        module._forward_pre_hooks.clear()
    return twin


if __name__ == "__main__":
    unittest.main()
