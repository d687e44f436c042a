# SPDX-License-Identifier: Apache-2.0
"""Makes the small models of the tests: python make.py, with PyTorch.

fragile: 1x2x2 images, 2 classes; a white first pixel makes its first logit -inf, a white last pixel makes its second logit 1e5.
logits-only: answers with logits alone, which the service must refuse. picky: fails on every batch with a white first pixel.
"""

import hashlib
import json
import pathlib

import torch


class Fragile(torch.nn.Module):
    def forward(self, x):
        features = x.flatten(1)
        first = torch.log(1.0 - features[:, 0]) + features[:, 1]
        second = features[:, 2] + torch.where(features[:, 3] >= 1.0, 1e5, 0.0)
        return torch.stack([first, second], 1), features


class LogitsOnly(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :2]


class Picky(torch.nn.Module):
    def forward(self, x):
        features = x.flatten(1)
        if bool((features[:, 0] >= 1.0).any()):
            raise RuntimeError("this network cannot look at white")
        return features[:, :2] - features[:, 2:], features


here = pathlib.Path(__file__).parent
for name, module in [("fragile", Fragile()), ("logits-only", LogitsOnly()), ("picky", Picky())]:
    directory = here / name
    directory.mkdir(exist_ok=True)
    torch.jit.script(module.eval()).save(str(directory / "model.pt"))
    description = {
        "name": name,
        "input": {"channels": 1, "height": 2, "width": 2},
        "classes": ["zero", "one"],
        "mean": [0.0],
        "std": [1.0],
        "featureSize": 4,
        "digest": hashlib.sha256((directory / "model.pt").read_bytes()).hexdigest(),
        "accuracy": 0.75,
        "classAccuracy": [0.5, 1.0],
        "classifierBias": [],
    }
    (directory / "model.json").write_text(json.dumps(description, indent=2) + "\n")
