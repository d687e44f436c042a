# SPDX-License-Identifier: Apache-2.0
"""Tests of the export: python -m unittest test_export (in this folder)."""

import hashlib
import json
import tempfile
import unittest
import zipfile
from pathlib import Path

import torch
from torch import nn

import architectures
import condense
import export

GOLDEN = Path(__file__).parents[2] / "engine/src/test/resources/golden_losses.json"


class Branching(nn.Module):
    """Uses its last Linear layer twice and post-processes it, so that it cannot be cut there."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Linear(12, 5)
        self.last = nn.Linear(5, 3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = torch.relu(self.first(torch.flatten(x, 1)))
        return torch.log_softmax(self.last(x), dim=1)


class ExportTest(unittest.TestCase):
    def setUp(self) -> None:
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.directory = Path(holder.name)
        torch.manual_seed(1)

    def export(self, network: nn.Module, shape: tuple[int, ...], classes: int, **options) -> tuple[torch.jit.ScriptModule, dict]:
        names = [str(index) for index in range(classes)]
        description = export.describe("m", shape, names, [0.5] * shape[0], [0.5] * shape[0])
        export.write(self.directory / "m", network, description, **options)
        module = torch.jit.load(str(self.directory / "m" / "model.pt"))
        return module, json.loads((self.directory / "m" / "model.json").read_text())

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

    def test_a_network_that_cannot_be_cut_is_refused_with_the_way_out(self) -> None:
        with self.assertRaisesRegex(SystemExit, "--trace"):
            self.export(Branching(), (3, 2, 2), 3)

    def test_tracing_catches_the_features_all_the_same(self) -> None:
        network = Branching().eval()
        module, description = self.export(network, (3, 2, 2), 3, trace=True)
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
                export.require_fixed_unpickler(version)
        for version in ("2.10.0", "2.13.0+cpu", "3.0.0"):
            export.require_fixed_unpickler(version)

    def test_builtin_sizes(self) -> None:
        for name, size in (("lenet5", 61706), ("vgg", 866042)):
            network = architectures.build(name, 1, 28, 10)
            self.assertEqual(size, sum(parameter.numel() for parameter in network.parameters()))


class CondenseTest(unittest.TestCase):
    """Gradients through gradient descent, in float64."""

    def unrolled(self, network: nn.Module, head: str) -> torch.jit.ScriptModule:
        return condense.script(torch.jit.script(export.split(network.double().eval(), head)))

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
        module = self.unrolled(network, export.last_linear(network.eval(), torch.rand(2, 1, 28, 28)))
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

    def test_a_traced_module_has_no_condense_file(self) -> None:
        with tempfile.TemporaryDirectory() as holder:
            for trace in (False, True):
                directory = Path(holder) / str(trace)
                network = architectures.build("lenet5", 1, 28, 10)
                description = export.describe("m", (1, 28, 28), [str(i) for i in range(10)], [0.5], [0.5])
                export.write(directory, network, description, trace=trace)
                self.assertEqual(not trace, (directory / export.CONDENSE_FILE).exists())


def doubles(values: list) -> torch.Tensor:
    return torch.tensor(values, dtype=torch.float64)


def architectures_copy(network: nn.Module) -> nn.Module:
    """A copy without hooks: TorchScript cannot compile them."""
    import copy

    twin = copy.deepcopy(network)
    for module in twin.modules():
        module._forward_pre_hooks.clear()
    return twin


if __name__ == "__main__":
    unittest.main()
