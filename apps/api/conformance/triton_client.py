"""Asks an Open Inference Protocol server what Triton's own client asks. Usage: triton_client.py HOST:PORT MODEL [KEY]

The model takes images of 28×28×1 and always answers class 1 of 4. Prints one line a check and ends with 0 when all hold.
"""
import sys

import numpy as np
import tritonclient.http as http
from checks import check, outcome, refused

address, model = sys.argv[1:3]


def key():
    """A fresh dictionary for each call: the client writes headers of its own into it."""
    return {"Authorization": f"Bearer {sys.argv[3]}"} if len(sys.argv) > 3 else {}


client = http.InferenceServerClient(address, connection_timeout=10, network_timeout=10)


def ask(images, binary_in, binary_out, **options):
    tensor = http.InferInput("images", list(images.shape), "UINT8")
    tensor.set_data_from_numpy(images, binary_data=binary_in)
    wanted = [http.InferRequestedOutput("probabilities", binary_data=binary_out)]
    name = options.pop("model", model)
    return client.infer(name, [tensor], outputs=wanted, headers=key(), **options)


check("server live", client.is_server_live(headers=key()))
check("server ready", client.is_server_ready(headers=key()))
check("server metadata", "binary_tensor_data" in client.get_server_metadata(headers=key())["extensions"])
check("model ready", client.is_model_ready(model, headers=key()))
check("unknown model not ready", not client.is_model_ready("nobody", headers=key()))

metadata = client.get_model_metadata(model, headers=key())
version = metadata["versions"][-1]
check("model metadata", metadata["inputs"] == [{"name": "images", "datatype": "UINT8", "shape": [-1, 28, 28, 1]}])
check("model metadata by version", client.get_model_metadata(model, version, headers=key()) == metadata)
check("version ready", client.is_model_ready(model, version, headers=key()))

one = np.full((1, 28, 28, 1), 7, np.uint8)
many = np.random.default_rng(1).integers(0, 256, (40, 28, 28, 1), np.uint8)
for binary_in in (True, False):
    for binary_out in (True, False):
        for images in (one, many):
            name = f"infer {len(images)}, {'binary' if binary_in else 'JSON'} in, {'binary' if binary_out else 'JSON'} out"
            result = ask(images, binary_in, binary_out, request_id="42")
            probabilities = result.as_numpy("probabilities")
            check(name, probabilities.shape == (len(images), 4) and (probabilities.argmax(1) == 1).all())
            check(f"{name}: request id and names", result.get_response()["id"] == "42" and result.get_response()["model_name"] == model)
check("probabilities sum to one", np.allclose(ask(many, True, True).as_numpy("probabilities").sum(1), 1, atol=1e-5))
check("infer by version", ask(one, True, True, model_version=version).as_numpy("probabilities").argmax() == 1)

error = refused(lambda: ask(np.zeros((1, 28, 28, 3), np.uint8), True, True))
check("wrong shape refused, naming it", error is not None and "shape" in error.message() and error.status() == "400")
error = refused(lambda: ask(one, True, True, model="nobody"))
check("unknown model refused", error is not None and error.status() == "404")
error = refused(lambda: ask(one, True, True, model_version="999999"))
check("unknown version refused", error is not None and error.status() == "404")
wrong_type = http.InferInput("images", [1, 28, 28, 1], "FP32")
wrong_type.set_data_from_numpy(np.zeros((1, 28, 28, 1), np.float32))
error = refused(lambda: client.infer(model, [wrong_type], headers=key()))
check("wrong datatype refused, naming what is taken", error is not None and "UINT8" in error.message())

index = client.get_model_repository_index(headers=key())
check("repository index", [(m["name"], m["version"], m["state"]) for m in index] == [(model, version, "READY")])
error = refused(lambda: client.load_model("nobody", headers=key()))
check("load of an unknown model refused", error is not None and error.status() in ("403", "404"))
if key():
    check("load of what is loaded", client.load_model(model, headers=key()) is None)

futures = [client.async_infer(model, [tensor], headers=key()) for tensor in [http.InferInput("images", [1, 28, 28, 1], "UINT8").set_data_from_numpy(one)] * 32]
check("32 at once", all(f.get_result().as_numpy("probabilities").argmax() == 1 for f in futures))
sys.exit(outcome())
