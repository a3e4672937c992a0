"""LitServe with its batching on: one image as base64 in JSON (it takes JSON or forms), probabilities out."""
import base64
import os

import litserve as ls
import numpy as np
import onnxruntime as ort

shape = tuple(map(int, os.environ["SHAPE"].split(",")))


class Classifier(ls.LitAPI):
    def setup(self, device):
        options = ort.SessionOptions()
        options.intra_op_num_threads = int(os.environ["THREADS"])
        self.session = ort.InferenceSession(os.environ["MODEL"], options, providers=["CPUExecutionProvider"])

    def decode_request(self, request):
        return np.frombuffer(base64.b64decode(request["image"]), np.uint8).reshape(shape)

    def batch(self, inputs):
        return np.stack(inputs)

    def predict(self, images):
        return self.session.run(["probabilities"], {"images": images})[0]

    def unbatch(self, output):
        return list(output)

    def encode_response(self, output):
        return {"probabilities": output.tolist()}


if __name__ == "__main__":
    api = Classifier(max_batch_size=32, batch_timeout=0.0)
    server = ls.LitServer(api, accelerator="cpu", workers_per_device=int(os.environ["WORKERS"]))
    server.run(port=int(os.environ["PORT"]), host="127.0.0.1", generate_client_file=False, log_level="warning")
