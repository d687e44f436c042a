# SPDX-License-Identifier: Apache-2.0
"""Makes networks of the tests: python make.py [DIRECTORY], with PyTorch.

tokens-6-3 reads six ids of a vocabulary of 20 and knows 3 classes. odd-3x12-2 reads colour images of 12x12 and has a second convolution whose
number of outputs fills no whole registers.
"""

import pathlib
import sys

import torch
from torch import nn

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[4] / "deploy" / "models"))

import export  # noqa: E402


class Tokens(nn.Module):
    """The mean of what the ids are embedded as, and a linear layer."""

    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(20, 8)
        self.classifier = nn.Linear(8, 3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.classifier(self.embedding(x).mean(1))


def tokens() -> nn.Module:
    torch.manual_seed(2)
    return Tokens()


class Odd(nn.Module):
    """Two convolutions, of 8 and of 12 outputs, their mean, and a linear layer."""

    def __init__(self):
        super().__init__()
        self.convolutions = nn.Sequential(
            nn.Conv2d(3, 8, 3, padding=1), nn.ReLU(), nn.Conv2d(8, 12, 3, padding=1), nn.ReLU()
        )
        self.classifier = nn.Linear(12, 2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.classifier(self.convolutions(x).mean((2, 3)))


def odd() -> nn.Module:
    torch.manual_seed(3)
    return Odd()


if __name__ == "__main__":
    target = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else HERE
    arguments = "--input 6 --tensor int64 --minimum 0 --maximum 19 --classes a,b,c"
    export.main(["--module", f"{__file__}:tokens", *arguments.split(), "--output", str(target / "tokens-6-3")])
    arguments = "--input 3,12,12 --classes a,b --mean 0.5,0.5,0.5 --std 0.25,0.25,0.25"
    export.main(["--module", f"{__file__}:odd", *arguments.split(), "--output", str(target / "odd-3x12-2")])
