"""Trains a network of the zoo in PyTorch from the initial weights, on the batches, shifts and learning rates that
Ratchet wrote down, and prints its accuracy on the held-out images as one JSON line.

usage: pytorch_learning.py TASK FOLDER SEED THREADS     TASK: lenet5 | small-cnn
"""

import json
import os
import sys

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F


class LeNet5(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 6, 5, padding=2)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.dense1 = nn.Linear(400, 120)
        self.dense2 = nn.Linear(120, 84)
        self.dense3 = nn.Linear(84, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        # Pixels before channels, as the weights of the dense layer expect them.
        x = x.permute(0, 2, 3, 1).flatten(1)
        return self.dense3(F.relu(self.dense2(F.relu(self.dense1(x)))))


class SmallCnn(nn.Module):
    def __init__(self, width=16, dropout=0.25):
        super().__init__()
        layers, channels = [], 1
        for multiple in (1, 2, 4):
            for _ in range(2):
                layers.append(nn.Conv2d(channels, width * multiple, 3, padding=1, bias=False))
                layers.append(nn.BatchNorm2d(width * multiple, eps=1e-3, momentum=0.1))
                layers.append(nn.ReLU())
                channels = width * multiple
            layers += [nn.MaxPool2d(2), nn.Dropout(dropout)]
        self.features = nn.Sequential(*layers)
        self.dense = nn.Linear(channels, 10)

    def forward(self, x):
        return self.dense(self.features(x).mean((2, 3)))


NETWORKS = {"lenet5": LeNet5, "small-cnn": SmallCnn}
TYPES = {"float32": np.float32, "int32": np.int32, "uint8": np.uint8}


def load_weights(model, folder, shapes):
    """The file's order: what is trained, layer by layer, then the statistics, which start as PyTorch's do."""
    arrays = iter([np.fromfile(os.path.join(folder, f"weight-{at}.bin"), np.float32).reshape(shape) for at, shape in enumerate(shapes)])
    with torch.no_grad():
        for layer in model.modules():
            if isinstance(layer, nn.Conv2d):
                layer.weight.copy_(torch.from_numpy(next(arrays).transpose(3, 2, 0, 1).copy()))
                if layer.bias is not None:
                    layer.bias.copy_(torch.from_numpy(next(arrays)))
            elif isinstance(layer, nn.Linear):
                layer.weight.copy_(torch.from_numpy(next(arrays).T.copy()))
                layer.bias.copy_(torch.from_numpy(next(arrays)))
            elif isinstance(layer, nn.BatchNorm2d):
                layer.weight.copy_(torch.from_numpy(next(arrays)))
                layer.bias.copy_(torch.from_numpy(next(arrays)))


def shifted(images, rows, columns):
    """Line `at` of the result is line `rows[image, at]` of the image; then the same along the columns."""
    batch, height, width = images.shape
    images = np.take_along_axis(images, rows.reshape(batch, height, 1), 1)
    return np.take_along_axis(images, columns.reshape(batch, 1, width), 2)


def main():
    task, folder = sys.argv[1:3]
    seed, threads = map(int, sys.argv[3:5])
    torch.set_num_threads(threads)
    torch.manual_seed(seed)
    with open(os.path.join(folder, "material.json")) as file:
        material = json.load(file)
    steps = material["totalSteps"]
    feeds = {
        feed["name"]: np.memmap(os.path.join(folder, feed["file"]), TYPES[feed["type"]], "r", shape=(steps, *feed["shape"]))
        for feed in material["feeds"]
    }
    model = NETWORKS[task]()
    load_weights(model, folder, material["weights"])
    optimizer = torch.optim.Adam(model.parameters(), lr=1.0, eps=1e-7)
    tracked = [value for value in model.state_dict().values() if value.is_floating_point()]
    averages = [value.clone() for value in tracked] if "averageDecay" in feeds else None
    model.train()
    for step in range(steps):
        images = feeds["images"][step][..., 0]
        if "draw/rows" in feeds:
            images = shifted(images, feeds["draw/rows"][step], feeds["draw/columns"][step])
        x = torch.from_numpy(images.astype(np.float32) / 255).unsqueeze(1)
        optimizer.param_groups[0]["lr"] = float(feeds["learningRate"][step])
        optimizer.zero_grad()
        loss = F.cross_entropy(model(x), torch.from_numpy(feeds["labels"][step].astype(np.int64)))
        loss.backward()
        optimizer.step()
        if averages is not None:
            kept = float(feeds["averageDecay"][step])
            torch._foreach_lerp_(averages, tracked, 1 - kept)
    if averages is not None:
        with torch.no_grad():
            torch._foreach_copy_(tracked, averages)
    model.eval()
    images = np.fromfile(os.path.join(folder, "heldout-images.bin"), np.uint8).reshape(-1, 1, 28, 28)
    labels = np.fromfile(os.path.join(folder, "heldout-labels.bin"), np.uint8)
    with torch.no_grad():
        answers = model(torch.from_numpy(images.astype(np.float32) / 255)).argmax(1).numpy()
    accuracy = float((answers == labels).mean())
    print(json.dumps({"accuracy": accuracy, "loss": loss.item(), "versions": {"torch": torch.__version__}}), flush=True)


main()
