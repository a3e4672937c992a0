"""Trains one of the benchmark's networks in PyTorch and prints one JSON line per repetition.

usage: pytorch.py NETWORK MODE BATCH STEPS REPETITIONS THREADS     MODE: eager | channels_last | compile
"""

import json
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F


class Cnn(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 32, 3)
        self.conv2 = nn.Conv2d(32, 64, 3)
        self.dense1 = nn.Linear(9216, 128)
        self.dense2 = nn.Linear(128, 10)

    def forward(self, x):
        x = F.relu(self.conv1(x))
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        return self.dense2(F.relu(self.dense1(x.flatten(1))))


class Block(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.norm1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.norm2 = nn.BatchNorm2d(outputs)
        self.shortcut = None
        if stride != 1:
            self.shortcut = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x):
        y = F.relu(self.norm1(self.conv1(x)))
        y = self.norm2(self.conv2(y))
        return F.relu(y + (self.shortcut(x) if self.shortcut else x))


class ResNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 16, 3, 1, 1, bias=False)
        self.norm = nn.BatchNorm2d(16)
        blocks, channels = [], 16
        for outputs, stride in ((16, 1), (32, 2), (64, 2)):
            blocks += [Block(channels, outputs, stride), Block(outputs, outputs, 1)]
            channels = outputs
        self.blocks = nn.Sequential(*blocks)
        self.dense = nn.Linear(64, 10)

    def forward(self, x):
        return self.dense(self.blocks(F.relu(self.norm(self.conv(x)))).mean((2, 3)))


def mlp():
    return nn.Sequential(nn.Linear(784, 512), nn.ReLU(), nn.Linear(512, 512), nn.ReLU(), nn.Linear(512, 10))


NETWORKS = {"cnn": (Cnn, (1, 28, 28)), "resnet": (ResNet, (3, 64, 64)), "mlp": (mlp, (784,))}


def main():
    name, mode = sys.argv[1:3]
    batch, steps, repetitions, threads = map(int, sys.argv[3:7])
    device = sys.argv[7] if len(sys.argv) > 7 else "cpu"
    torch.set_num_threads(threads)
    make, shape = NETWORKS[name]
    model = make().to(device)
    x, y = torch.rand(batch, *shape, device=device), torch.randint(0, 10, (batch,), device=device)
    if mode == "channels_last":
        model = model.to(memory_format=torch.channels_last)
        x = x.contiguous(memory_format=torch.channels_last)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.001)
    forward = torch.compile(model) if mode == "compile" else model

    def step():
        optimizer.zero_grad()
        loss = F.cross_entropy(forward(x), y)
        loss.backward()
        optimizer.step()
        return loss

    def finish():
        if device == "cuda":
            torch.cuda.synchronize()

    for _ in range(4):
        step()
    finish()
    for _ in range(repetitions):
        start = time.perf_counter()
        for _ in range(steps):
            loss = step()
        finish()
        print(json.dumps({"imagesPerSecond": steps * batch / (time.perf_counter() - start), "loss": loss.item()}), flush=True)
    print(json.dumps({"versions": {"torch": torch.__version__}}), flush=True)


main()
