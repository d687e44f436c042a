# SPDX-License-Identifier: Apache-2.0
"""Exact gradients through gradient descent, as TorchScript: what dataset distillation (Wang et al. 2018, arXiv:1811.10959) needs."""

import torch
from torch import nn

# The script compiler gives the names of all parameters in place of PARAMETERS, since TorchScript cannot list them by itself.
SOURCE = """
def forward(self, weights, images, labels, rates, real, real_labels) -> List[Tensor]:
    parameters = [PARAMETERS]
    trajectory = [weights]
    for step in range(rates.size(0)):
        self.load(parameters, trajectory[-1])
        loss = self.loss(images[step % images.size(0)], labels[step % images.size(0)])
        trajectory.append(trajectory[-1] - rates[step] * self.gradient([loss], parameters, False))

    self.load(parameters, trajectory[-1])
    logits = self.network(real)[0]
    outer = torch.nn.functional.cross_entropy(logits, real_labels)
    right = (logits.argmax(1) == real_labels).sum()
    adjoint = self.gradient([outer], parameters, False)

    image_gradient = torch.zeros_like(images)
    rate_gradient = torch.zeros_like(rates)
    for back in range(rates.size(0)):
        step = rates.size(0) - 1 - back
        batch = step % images.size(0)
        self.load(parameters, trajectory[step])
        points = images[batch].detach().requires_grad_(True)
        inner = self.gradient([self.loss(points, labels[batch])], parameters, True)
        rate_gradient[step] = -torch.dot(adjoint, inner.detach())
        product = torch.dot(inner, adjoint * -rates[step])
        inputs = parameters + [points]
        parts = self.gradients([product], inputs, False)
        image_gradient[batch] += parts[-1]
        adjoint = adjoint + self.flat(parts[:-1])
    return [outer.detach(), right, image_gradient, rate_gradient, adjoint, trajectory[-1]]
"""


class Unrolled(nn.Module):
    """Gradient descent on a few learned images from given weights, and the gradients of what it leads to.

    forward(weights[P], images[S,B,C,H,W], labels[S,B], rates[T], real[N,C,H,W], real_labels[N]) makes T steps
    w(t+1) = w(t) - rates[t] * d CE(images[t mod S], w(t)) / dw and gives
    [outer loss: mean CE of the real images at w(T), how many of them are right,
    its gradients by images, rates and weights, and w(T)]. Weights are one vector: all parameters, sorted by name.

    Backwards one step at a time (the paper's code calls it back-gradient): with a = dL/dw(t+1),
    dL/drate = -a.g, and of the scalar -rate * (a.g) the derivatives by images and w(t), the latter added to a. The graph of one step
    is alive at a time, so that memory does not grow with T but for the weights kept. Buffers are constants.
    """

    def __init__(self, network: torch.jit.ScriptModule):
        super().__init__()
        self.network = network

    @torch.jit.export
    def load(self, parameters: list[torch.Tensor], weights: torch.Tensor) -> None:
        start = 0
        for parameter in parameters:
            parameter.detach().copy_(weights[start : start + parameter.numel()].view(parameter.size()))
            parameter.requires_grad_(True)
            start += parameter.numel()

    @torch.jit.export
    def loss(self, images: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        return torch.nn.functional.cross_entropy(self.network(images)[0], labels)

    @torch.jit.export
    def gradients(self, outputs: list[torch.Tensor], inputs: list[torch.Tensor], create_graph: bool) -> list[torch.Tensor]:
        parts = torch.autograd.grad(outputs, inputs, None, create_graph, create_graph, True)
        result: list[torch.Tensor] = []
        for index in range(len(inputs)):
            part = parts[index]
            result.append(torch.zeros_like(inputs[index]) if part is None else part)
        return result

    @torch.jit.export
    def flat(self, parts: list[torch.Tensor]) -> torch.Tensor:
        return torch.cat([part.reshape(-1) for part in parts])

    @torch.jit.export
    def gradient(self, outputs: list[torch.Tensor], inputs: list[torch.Tensor], create_graph: bool) -> torch.Tensor:
        return self.flat(self.gradients(outputs, inputs, create_graph))


def script(network: torch.jit.ScriptModule) -> torch.jit.ScriptModule:
    """The unrolled form of a scripted network that gives (logits, features)."""
    module = torch.jit.script(Unrolled(network))
    if module._c._has_method("forward"):
        return module  # Modules of equal structure share a type, and with it the method.
    names = sorted(name for name, _ in network.named_parameters())
    module.define(SOURCE.replace("PARAMETERS", ", ".join(f"torch.jit._unwrap_optional({path(name)})" for name in names)))
    return module


def path(name: str) -> str:
    """How TorchScript reads a parameter by name; a part of it may be a number."""
    result = "self.network"
    for part in name.split("."):
        result = f'getattr({result}, "{part}")'
    return result
