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
import export


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

    def test_builtin_sizes(self) -> None:
        for name, size in (("lenet5", 61706), ("vgg", 866042)):
            network = architectures.build(name, 1, 28, 10)
            self.assertEqual(size, sum(parameter.numel() for parameter in network.parameters()))


def architectures_copy(network: nn.Module) -> nn.Module:
    """A copy without hooks: TorchScript cannot compile them."""
    import copy

    twin = copy.deepcopy(network)
    for module in twin.modules():
        module._forward_pre_hooks.clear()
    return twin


if __name__ == "__main__":
    unittest.main()
