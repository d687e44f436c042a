# SPDX-License-Identifier: Apache-2.0
"""The small networks that the repository ships untrained; plain torch modules that give logits only."""

import torch
from torch import nn


class LeNet5(nn.Module):
    """LeNet-5 (LeCun et al. 1998) with ReLU and max pooling; 61706 parameters for 28x28 gray images and 10 classes."""

    def __init__(self, channels: int, size: int, classes: int):
        super().__init__()
        # A 28x28 image is padded to the 32x32 that the network was drawn for.
        self.conv1 = nn.Conv2d(channels, 6, 5, padding=2 if size == 28 else 0)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.pool = nn.MaxPool2d(2)
        self.relu = nn.ReLU()
        self.fc1 = nn.Linear(16 * 5 * 5, 120)
        self.fc2 = nn.Linear(120, 84)
        self.fc3 = nn.Linear(84, classes)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.pool(self.relu(self.conv1(x)))
        x = self.pool(self.relu(self.conv2(x)))
        x = torch.flatten(x, 1)
        x = self.relu(self.fc1(x))
        x = self.relu(self.fc2(x))
        return self.fc3(x)


class Linear(nn.Module):
    """One linear layer: softmax regression, whose gradients can be written down. Not among the networks that are shipped."""

    def __init__(self, channels: int, size: int, classes: int, bias: bool = True):
        super().__init__()
        self.fc = nn.Linear(channels * size * size, classes, bias)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.fc(torch.flatten(x, 1))


class Mlp(nn.Module):
    """Two hidden layers of 64 for rows of a table; 6467 parameters for 32 features and 3 classes."""

    def __init__(self, inputs: int, classes: int):
        super().__init__()
        self.hidden = nn.Sequential(nn.Linear(inputs, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU())
        self.classifier = nn.Linear(64, classes)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.classifier(self.hidden(x))


class Vgg(nn.Module):
    """A small VGG: four 3x3 convolutions with BatchNorm, two poolings, two linear layers; 866042 parameters for 28x28 gray, 10 classes."""

    def __init__(self, channels: int, size: int, classes: int):
        super().__init__()
        layers: list[nn.Module] = []
        width = channels
        for step in (16, 32, None, 64, 64, None):
            if step is None:
                layers.append(nn.MaxPool2d(2))
                continue
            layers += [nn.Conv2d(width, step, 3, padding=1, bias=False), nn.BatchNorm2d(step), nn.ReLU()]
            width = step
        self.convolutions = nn.Sequential(*layers)
        self.hidden = nn.Sequential(nn.Linear(width * (size // 4) ** 2, 256), nn.ReLU(), nn.Dropout(0.3))
        self.classifier = nn.Linear(256, classes)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.convolutions(x)
        x = torch.flatten(x, 1)
        return self.classifier(self.hidden(x))


class Block(nn.Module):
    """Two 3x3 convolutions with BatchNorm beside a shortcut (He et al. 2016), which is a 1x1 convolution where the size changes."""

    def __init__(self, inputs: int, outputs: int, stride: int):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.relu = nn.ReLU()
        self.shortcut = nn.Sequential()
        if stride != 1 or inputs != outputs:
            self.shortcut = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = self.relu(self.bn1(self.conv1(x)))
        y = self.bn2(self.conv2(y))
        return self.relu(y + self.shortcut(x))


class ResNet(nn.Module):
    """The CIFAR residual network of He et al. 2016, section 4.2: 16, 32 and 64 channels, 6n + 2 layers."""

    def __init__(self, depth: int, channels: int, classes: int):
        super().__init__()
        blocks = (depth - 2) // 6
        self.conv = nn.Conv2d(channels, 16, 3, 1, 1, bias=False)
        self.bn = nn.BatchNorm2d(16)
        self.relu = nn.ReLU()
        stages: list[nn.Module] = []
        width = 16
        for outputs in (16, 32, 64):
            for index in range(blocks):
                stages.append(Block(width, outputs, 2 if index == 0 and outputs != 16 else 1))
                width = outputs
        self.stages = nn.Sequential(*stages)
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.classifier = nn.Linear(64, classes)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.relu(self.bn(self.conv(x)))
        x = self.stages(x)
        x = torch.flatten(self.pool(x), 1)
        return self.classifier(x)


def build(name: str, channels: int, size: int, classes: int) -> nn.Module:
    """A network by name, with torch's own random weights."""
    builders = {
        "lenet5": lambda: LeNet5(channels, size, classes),
        "vgg": lambda: Vgg(channels, size, classes),
        "resnet8": lambda: ResNet(8, channels, classes),
        "resnet20": lambda: ResNet(20, channels, classes),
    }
    if name not in builders:
        raise ValueError(f"unknown architecture '{name}', choose one of {', '.join(builders)}")
    return builders[name]()


NAMES = ("lenet5", "vgg", "resnet8", "resnet20")
INPUTS = ((1, 28), (3, 32))
CLASSES = (10, 100)
MLP = "mlp"
TABLE = (32, 3)
