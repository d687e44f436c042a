# SPDX-License-Identifier: Apache-2.0
"""Tiny networks of the kinds that people have; each gives logits of CLASSES classes for images of SHAPE."""

import typing
import warnings

import torch
from torch import nn
from torch.nn import functional

SHAPE = (3, 8, 8)
CLASSES = 5


class Lambda(nn.Module):
    """Any function as a layer: TorchScript cannot compile it."""

    def __init__(self, function: typing.Callable):
        super().__init__()
        self.function = function

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.function(x)


class OptionA(nn.Module):
    """A residual network whose shortcut subsamples and pads by a lambda, as the CIFAR networks of the first ResNet paper do."""

    def __init__(self, width: int = 8):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 4, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(4)
        self.conv2 = nn.Conv2d(4, width, 3, 2, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.shortcut = Lambda(lambda x: functional.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, width // 4, width - 4 - width // 4)))
        self.linear = nn.Linear(width, CLASSES)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = functional.relu(self.bn1(self.conv1(x)))
        x = functional.relu(self.bn2(self.conv2(x)) + self.shortcut(x))
        x = functional.avg_pool2d(x, x.size()[3])
        return self.linear(x.view(x.size(0), -1))


class Outputs(typing.NamedTuple):
    logits: torch.Tensor
    aux_logits: torch.Tensor | None


class Inception(nn.Module):
    """A tensor in Python's evaluation mode, but always a named tuple in TorchScript, as torchvision's Inception and GoogLeNet."""

    def __init__(self, always: bool = False):
        super().__init__()
        self.always = always
        self.body = nn.Sequential(nn.Conv2d(3, 6, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten())
        self.aux = nn.Linear(6, CLASSES)
        self.fc = nn.Linear(6, CLASSES)

    @torch.jit.unused
    def eager_outputs(self, x: torch.Tensor, aux: torch.Tensor | None) -> Outputs:
        return Outputs(x, aux) if self.training or self.always else x

    def forward(self, x: torch.Tensor) -> Outputs:
        x = self.body(x)
        aux = torch.jit.annotate(typing.Optional[torch.Tensor], None)
        if self.training:
            aux = self.aux(x)
        x = self.fc(x)
        if torch.jit.is_scripting():
            warnings.warn("scripted, it always gives a named tuple")
            return Outputs(x, aux)
        return self.eager_outputs(x, aux)


class Shaped(nn.Module):
    """A network whose outputs are in another form than a tensor."""

    def __init__(self, form: typing.Callable):
        super().__init__()
        self.form = form
        self.hidden = nn.Linear(3 * 8 * 8, 6)
        self.fc = nn.Linear(6, CLASSES)

    def forward(self, x: torch.Tensor) -> typing.Any:
        hidden = torch.relu(self.hidden(torch.flatten(x, 1)))
        return self.form(self.fc(hidden), hidden)


class Dictionary(nn.Module):
    """A dictionary that TorchScript knows, too."""

    def __init__(self) -> None:
        super().__init__()
        self.hidden = nn.Linear(3 * 8 * 8, 6)
        self.fc = nn.Linear(6, CLASSES)

    def forward(self, x: torch.Tensor) -> dict[str, torch.Tensor]:
        hidden = torch.relu(self.hidden(torch.flatten(x, 1)))
        return {"scores": self.fc(hidden), "hidden": hidden}


class Squeeze(nn.Module):
    """A 1x1 convolution makes the logits: of each place, as in SqueezeNet, or of the mean of all places."""

    def __init__(self, pooled_first: bool, rectified: bool = False):
        super().__init__()
        self.pooled_first = pooled_first
        self.rectified = rectified
        self.body = nn.Conv2d(3, 6, 3)
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.head = nn.Conv2d(6, CLASSES, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = torch.relu(self.body(x))
        if self.pooled_first:
            return torch.flatten(self.head(self.pool(x)), 1)
        x = self.head(x)
        if self.rectified:
            x = torch.relu(x)
        return torch.flatten(self.pool(x), 1)


class Cosine(nn.Module):
    """Logits are cosines of features and weights."""

    def __init__(self, features: int):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(CLASSES, features))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return 10 * functional.linear(functional.normalize(x), functional.normalize(self.weight))


class CosineHead(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(3, 6, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten())
        self.head = Cosine(6)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.head(self.body(x))


class TwoHeads(nn.Module):
    """The mean of two Linear layers, as in a distilled vision transformer."""

    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential(nn.Flatten(), nn.Linear(3 * 8 * 8, 6), nn.ReLU())
        self.head = nn.Linear(6, CLASSES)
        self.head_dist = nn.Linear(6, CLASSES)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.body(x)
        return (self.head(x) + self.head_dist(x.square())) / 2


class LowInside(nn.Module):
    """Casts its images and runs a part in float16 or bfloat16."""

    def __init__(self, how: str):
        super().__init__()
        self.how = how
        self.conv = nn.Conv2d(3, 6, 3)
        self.fc = nn.Linear(6, CLASSES)
        if how != "autocast":
            self.conv = self.conv.to(torch.float16 if how == "half" else torch.bfloat16)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if self.how == "half":
            x = self.conv(x.half())
        elif self.how == "bfloat16":
            x = self.conv(x.to(dtype=torch.bfloat16))
        else:
            with torch.autocast("cpu", dtype=torch.bfloat16):
                x = self.conv(x)
        return self.fc(torch.relu(x).float().mean((2, 3)))


class StaysInTraining(nn.Module):
    """A network that does not follow eval(), whose BatchNorm was left in training mode."""

    def __init__(self, statistics: bool = True):
        super().__init__()
        self.conv = nn.Conv2d(3, 6, 3)
        self.bn = nn.BatchNorm2d(6, track_running_stats=statistics)
        self.fc = nn.Linear(6, CLASSES)

    def train(self, mode: bool = True) -> nn.Module:
        return self

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.fc(torch.relu(self.bn(self.conv(x))).mean((2, 3)))


class FixedBatch(nn.Module):
    """Keeps no batch of one."""

    def __init__(self) -> None:
        super().__init__()
        self.fc = nn.Linear(3 * 8 * 8, CLASSES)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.fc(torch.flatten(x, 1)).squeeze()


def plain() -> nn.Sequential:
    """Convolution, BatchNorm and two Linear layers."""
    return nn.Sequential(
        nn.Conv2d(3, 4, 3),
        nn.BatchNorm2d(4),
        nn.ReLU(),
        nn.AdaptiveAvgPool2d(2),
        nn.Flatten(),
        nn.Linear(16, 7),
        nn.ReLU(),
        nn.Linear(7, CLASSES),
    )


# One network of each kind, and what has to be chosen to export it.
KINDS: dict[str, tuple[typing.Callable[[], nn.Module], dict[str, str]]] = {
    "plain": (plain, {}),
    "lambdas": (OptionA, {}),
    "named-tuple": (Inception, {}),
    "dictionary": (Dictionary, {"logits": "scores"}),
    "tuple": (lambda: Shaped(lambda logits, hidden: (logits, hidden)), {"logits": "0"}),
    "convolution": (lambda: Squeeze(pooled_first=False, rectified=True), {"features": "head"}),
    "cosine": (CosineHead, {"features": "head"}),
    "two-heads": (TwoHeads, {"features": "head"}),
    "half": (lambda: LowInside("half"), {}),
    "autocast": (lambda: LowInside("autocast"), {}),
    "training": (StaysInTraining, {}),
}


class Ids(nn.Module):
    """Six token ids of a vocabulary of 20."""

    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(20, 8)
        self.classifier = nn.Linear(8, CLASSES)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.classifier(self.embedding(x).mean(1))
