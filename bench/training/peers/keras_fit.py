"""Trains one of the benchmark's networks with Keras on TensorFlow and prints one JSON line per repetition.

usage: keras_fit.py NETWORK BATCH STEPS REPETITIONS THREADS
"""

import json
import os
import sys
import time

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras  # noqa: E402
import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402

L = keras.layers


def cnn():
    return keras.Sequential([
        keras.Input((28, 28, 1)), L.Conv2D(32, 3, activation="relu"), L.Conv2D(64, 3, activation="relu"),
        L.MaxPooling2D(2), L.Flatten(), L.Dense(128, activation="relu"), L.Dense(10),
    ])


def mlp():
    return keras.Sequential([
        keras.Input((784,)), L.Dense(512, activation="relu"), L.Dense(512, activation="relu"), L.Dense(10),
    ])


def resnet():
    def convolution(x, filters, size, stride, activate):
        x = L.Conv2D(filters, size, stride, padding="same", use_bias=False)(x)
        x = L.BatchNormalization()(x)
        return L.ReLU()(x) if activate else x

    image = keras.Input((64, 64, 3))
    x = convolution(image, 16, 3, 1, True)
    for filters, first_stride in ((16, 1), (32, 2), (64, 2)):
        for stride in (first_stride, 1):
            y = convolution(convolution(x, filters, 3, stride, True), filters, 3, 1, False)
            x = L.ReLU()(L.add([y, x if stride == 1 else convolution(x, filters, 1, stride, False)]))
    return keras.Model(image, L.Dense(10)(L.GlobalAveragePooling2D()(x)))


NETWORKS = {"cnn": (cnn, (28, 28, 1)), "resnet": (resnet, (64, 64, 3)), "mlp": (mlp, (784,))}


def main():
    name = sys.argv[1]
    batch, steps, repetitions, threads = map(int, sys.argv[2:6])
    tf.config.threading.set_intra_op_parallelism_threads(threads)
    tf.config.threading.set_inter_op_parallelism_threads(threads)
    make, shape = NETWORKS[name]
    model = make()
    model.compile(optimizer=keras.optimizers.Adam(1e-3), loss=keras.losses.CategoricalCrossentropy(from_logits=True))
    count = batch * steps
    images = np.random.rand(count, *shape).astype("float32")
    labels = np.eye(10, dtype="float32")[np.random.randint(0, 10, count)]
    model.fit(images[: 2 * batch], labels[: 2 * batch], batch_size=batch, epochs=1, verbose=0)
    for _ in range(repetitions):
        start = time.perf_counter()
        history = model.fit(images, labels, batch_size=batch, epochs=1, verbose=0)
        rate = count / (time.perf_counter() - start)
        print(json.dumps({"imagesPerSecond": rate, "loss": history.history["loss"][-1]}), flush=True)
    print(json.dumps({"versions": {"keras": keras.__version__, "tensorflow": tf.__version__}}), flush=True)


main()
