"""Asks an Open Inference Protocol server over gRPC what Triton's own client asks. Usage: triton_grpc_client.py HOST:PORT MODEL [KEY]

The model takes images of 28×28×1 and always answers class 1 of 4. With an administrator's key the server is taken for the
gateway, which loads models; without one for an inferencer, which does not. Prints one line a check, ends with 0 when all hold.
"""
import sys
import threading

import numpy as np
import tritonclient.grpc as grpc
from tritonclient.grpc import service_pb2
from checks import check, outcome, refused

address, model = sys.argv[1:3]
key = sys.argv[3] if len(sys.argv) > 3 else None
headers = {"authorization": f"Bearer {key}"} if key else None

client = grpc.InferenceServerClient(address)


def tensor_of(images):
    tensor = grpc.InferInput("images", list(images.shape), "UINT8")
    tensor.set_data_from_numpy(images)
    return tensor


def ask(images, name=model, **options):
    wanted = [grpc.InferRequestedOutput("probabilities")]
    return client.infer(name, [tensor_of(images)], outputs=wanted, headers=headers, client_timeout=20, **options)


check("server live", client.is_server_live(headers=headers))
check("server ready", client.is_server_ready(headers=headers))
check("server metadata", "model_repository" in client.get_server_metadata(headers=headers).extensions)
check("model ready", client.is_model_ready(model, headers=headers))
check("unknown model not ready", not client.is_model_ready("nobody", headers=headers))

metadata = client.get_model_metadata(model, headers=headers)
version = metadata.versions[-1]
described = [(tensor.name, tensor.datatype, list(tensor.shape)) for tensor in metadata.inputs]
check("model metadata", described == [("images", "UINT8", [-1, 28, 28, 1])])
check("model metadata by version", client.get_model_metadata(model, version, headers=headers) == metadata)
check("version ready", client.is_model_ready(model, version, headers=headers))

one = np.full((1, 28, 28, 1), 7, np.uint8)
many = np.random.default_rng(1).integers(0, 256, (40, 28, 28, 1), np.uint8)
for images in (one, many):
    result = ask(images, request_id="42")
    probabilities = result.as_numpy("probabilities")
    check(f"infer {len(images)}", probabilities.shape == (len(images), 4) and (probabilities.argmax(1) == 1).all())
    check(f"infer {len(images)}: sums to one", np.allclose(probabilities.sum(1), 1, atol=1e-5))
    check(f"infer {len(images)}: id and name", result.get_response().id == "42" and result.get_response().model_name == model)
check("infer by version", ask(one, model_version=version).as_numpy("probabilities").argmax() == 1)

# The client itself always sends bytes; the stub below it sends numbers.
numbers = service_pb2.ModelInferRequest(model_name=model)
typed = numbers.inputs.add(name="images", datatype="UINT8", shape=[40, 28, 28, 1])
typed.contents.uint_contents.extend(many.reshape(-1).tolist())
metadata_pairs = [("authorization", headers["authorization"])] if headers else None
answer = client._client_stub.ModelInfer(numbers, metadata=metadata_pairs, timeout=20)
check("numbers in, numbers out", np.array(answer.outputs[0].contents.fp32_contents).reshape(40, 4).argmax(1).tolist() == [1] * 40)

error = refused(lambda: ask(np.zeros((1, 28, 28, 3), np.uint8)))
check("wrong shape refused, naming it", error is not None and "shape" in error.message() and "INVALID_ARGUMENT" in error.status())
error = refused(lambda: ask(one, name="nobody"))
check("unknown model refused", error is not None and "NOT_FOUND" in error.status())
error = refused(lambda: ask(one, model_version="999999"))
check("unknown version refused", error is not None and "NOT_FOUND" in error.status())
wrong_type = grpc.InferInput("images", [1, 28, 28, 1], "FP32")
wrong_type.set_data_from_numpy(np.zeros((1, 28, 28, 1), np.float32))
error = refused(lambda: client.infer(model, [wrong_type], headers=headers))
check("wrong datatype refused, naming what is taken", error is not None and "UINT8" in error.message())
if key:
    error = refused(lambda: client.infer(model, [tensor_of(one)]))
    check("nobody in particular refused", error is not None and "UNAUTHENTICATED" in error.status())

answers, arrived = [], threading.Semaphore(0)


def take(result, error):
    answers.append(error is None and result.as_numpy("probabilities").argmax() == 1)
    arrived.release()


for _ in range(32):
    client.async_infer(model, [tensor_of(one)], take, headers=headers)
check("32 at once", all(arrived.acquire(timeout=20) for _ in range(32)) and all(answers))

index = client.get_model_repository_index(headers=headers)
check("repository index", [(m.name, m.version, m.state) for m in index.models] == [(model, version, "READY")])
if key:
    check("load of what is loaded", client.load_model(model, headers=headers) is None)
    error = refused(lambda: client.load_model("nobody", headers=headers))
    check("load of an unknown model refused", error is not None and "NOT_FOUND" in error.status())
else:
    error = refused(lambda: client.unload_model(model))
    check("orders refused", error is not None and "PERMISSION_DENIED" in error.status())
sys.exit(outcome())
