"""BentoML: one image as base64 in JSON, probabilities out."""
import base64
import os

import bentoml
import numpy as np
import onnxruntime as ort

shape = (1, *map(int, os.environ["SHAPE"].split(",")))


@bentoml.service(workers=int(os.environ.get("WORKERS", "1")), metrics={"enabled": False})
class Classifier:
    def __init__(self) -> None:
        options = ort.SessionOptions()
        options.intra_op_num_threads = int(os.environ["THREADS"])
        self.session = ort.InferenceSession(os.environ["MODEL"], options, providers=["CPUExecutionProvider"])

    @bentoml.api
    async def classify(self, image: str) -> list[float]:
        images = np.frombuffer(base64.b64decode(image), np.uint8).reshape(shape)
        (probabilities,) = self.session.run(["probabilities"], {"images": images})
        return probabilities[0].tolist()
