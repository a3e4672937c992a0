"""One image as raw bytes in, probabilities as JSON out. MODEL, SHAPE (H,W,C) and PORT come from the environment."""
import json
import os

import numpy as np
import onnxruntime as ort
from fastapi import FastAPI, Request, Response

options = ort.SessionOptions()
options.intra_op_num_threads = int(os.environ["THREADS"])
session = ort.InferenceSession(os.environ["MODEL"], options, providers=["CPUExecutionProvider"])
shape = (1, *map(int, os.environ["SHAPE"].split(",")))
app = FastAPI()


@app.post("/classify")
async def classify(request: Request) -> Response:
    images = np.frombuffer(await request.body(), np.uint8).reshape(shape)
    (probabilities,) = session.run(["probabilities"], {"images": images})
    return Response(json.dumps({"probabilities": probabilities[0].tolist()}), media_type="application/json")


@app.get("/ready")
async def ready() -> dict:
    return {}
