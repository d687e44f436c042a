# SPDX-License-Identifier: Apache-2.0
"""Makes tokens-6-3, the tests' network of token ids: python make.py [DIRECTORY], with PyTorch. Six ids of a vocabulary of 20, 3 classes."""

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


if __name__ == "__main__":
    target = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else HERE
    arguments = "--input 6 --tensor int64 --minimum 0 --maximum 19 --classes a,b,c"
    export.main(["--module", f"{__file__}:tokens", *arguments.split(), "--output", str(target / "tokens-6-3")])
