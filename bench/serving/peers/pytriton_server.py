"""PyTriton: Triton's front end and dynamic batcher before onnxruntime in Python; binary tensors."""
import os

import numpy as np
import onnxruntime as ort
from pytriton.decorators import batch
from pytriton.model_config import DynamicBatcher, ModelConfig, Tensor
from pytriton.triton import Triton, TritonConfig

shape = tuple(map(int, os.environ["SHAPE"].split(",")))
options = ort.SessionOptions()
options.intra_op_num_threads = int(os.environ["THREADS"])


def runner():
    session = ort.InferenceSession(os.environ["MODEL"], options, providers=["CPUExecutionProvider"])

    @batch
    def infer(images):
        return {"probabilities": session.run(["probabilities"], {"images": images})[0]}

    return infer


port = int(os.environ["PORT"])
config = TritonConfig(http_port=port, grpc_port=port + 1, metrics_port=port + 2, allow_metrics=False)
with Triton(config=config) as triton:
    triton.bind(
        model_name="classifier",
        infer_func=[runner() for _ in range(int(os.environ["WORKERS"]))],
        inputs=[Tensor(name="images", dtype=np.uint8, shape=shape)],
        outputs=[Tensor(name="probabilities", dtype=np.float32, shape=(-1,))],
        config=ModelConfig(max_batch_size=32, batcher=DynamicBatcher(max_queue_delay_microseconds=0)),
    )
    triton.serve()
