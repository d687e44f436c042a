# SPDX-License-Identifier: Apache-2.0
"""Makes the small models of the tests that answer in unusual ways: python make.py, with PyTorch.

dictionary: gives a dictionary of features and logits. other-names: one of other names. swapped: features first, as many as classes.
"""

import hashlib
import json
import pathlib
from typing import Dict, Tuple

import torch


class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        torch.manual_seed(1)
        self.body = torch.nn.Linear(4, 3)
        self.head = torch.nn.Linear(3, 3)

    def both(self, x: torch.Tensor) -> Tuple[torch.Tensor, torch.Tensor]:
        features = torch.tanh(self.body(x.flatten(1)))
        return self.head(features), features


class Dictionary(Net):
    def forward(self, x: torch.Tensor) -> Dict[str, torch.Tensor]:
        logits, features = self.both(x)
        return {"features": features, "logits": logits}


class OtherNames(Net):
    def forward(self, x: torch.Tensor) -> Dict[str, torch.Tensor]:
        logits, features = self.both(x)
        return {"embedding": features, "scores": logits}


class Swapped(Net):
    def forward(self, x: torch.Tensor) -> Tuple[torch.Tensor, torch.Tensor]:
        logits, features = self.both(x)
        return features, logits


here = pathlib.Path(__file__).parent
for name, module in [("dictionary", Dictionary()), ("other-names", OtherNames()), ("swapped", Swapped())]:
    directory = here / name
    directory.mkdir(exist_ok=True)
    torch.jit.script(module.eval()).save(str(directory / "model.pt"))
    description = {
        "name": name,
        "input": {"channels": 1, "height": 2, "width": 2},
        "classes": ["zero", "one", "two"],
        "mean": [0.0],
        "std": [1.0],
        "featureSize": 3,
        "digest": hashlib.sha256((directory / "model.pt").read_bytes()).hexdigest(),
        "accuracy": None,
        "classAccuracy": [],
        "classifierBias": [],
    }
    (directory / "model.json").write_text(json.dumps(description, indent=2) + "\n")
