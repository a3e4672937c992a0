"""The limit: onnxruntime in a loop, no server. Prints images a second for the best of some batch sizes and threads."""
import json
import os
import sys
import threading
import time

import numpy as np
import onnxruntime as ort

shape = tuple(map(int, os.environ["SHAPE"].split(",")))
seconds = float(sys.argv[1])


def measure(sessions: int, threads: int, images: int) -> float:
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    made = [
        ort.InferenceSession(os.environ["MODEL"], options, providers=["CPUExecutionProvider"]) for _ in range(sessions)
    ]
    batch = np.full((images, *shape), 7, np.uint8)
    counts = [0] * sessions
    stop = threading.Event()

    def loop(index: int) -> None:
        made[index].run(None, {"images": batch})
        while not stop.is_set():
            made[index].run(None, {"images": batch})
            counts[index] += images

    workers = [threading.Thread(target=loop, args=(index,)) for index in range(sessions)]
    began = time.perf_counter()
    for worker in workers:
        worker.start()
    time.sleep(seconds)
    stop.set()
    for worker in workers:
        worker.join()
    return sum(counts) / (time.perf_counter() - began)


cores = os.cpu_count() or 1
figures = {}
for sessions, threads in {(1, cores), (cores, 1)}:
    for images in (1, 8):
        figures[f"{sessions} sessions x {threads} threads, batch {images}"] = measure(sessions, threads, images)
print(json.dumps({"best": max(figures.values()), "figures": figures}))
