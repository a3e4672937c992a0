"""PyTriton: Triton's front end and dynamic batcher before onnxruntime in Python; binary tensors."""
import os
import sysconfig

import numpy as np
import onnxruntime as ort
from pytriton.decorators import batch
from pytriton.model_config import DynamicBatcher, ModelConfig, Tensor
from pytriton.triton import Triton, TritonConfig

# Triton's stub asks the loader for libpython: where there are several of a version, it must get the one whose standard
# library it will use.
os.environ["LD_LIBRARY_PATH"] = os.pathsep.join(
    filter(None, [sysconfig.get_config_var("LIBDIR"), os.environ.get("LD_LIBRARY_PATH")])
)

shape = tuple(map(int, os.environ["SHAPE"].split(",")))
# Small images pass to the Python process faster in its messages (2 to 3 times as many a second at 28x28), large ones
# through shared memory, the default.
if np.prod(shape) < 64 * 1024:
    os.environ["PYTRITON_NO_TENSORSTORE"] = "1"
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
