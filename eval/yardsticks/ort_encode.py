"""The yardstick of `zhike bench encode --yardstick`: the same encoder in ONNX Runtime, f32 and dynamic int8.

Reads a model folder (GGUF and config.json), builds the ONNX graph with ONNX Runtime's own fused operators (Attention,
SkipLayerNormalization, BiasGelu) so that the yardstick is as fast as it can be made, and then answers requests, one
JSON object a line: {"precision": "f32" | "int8", "threads": N, "callers": N, "ids": [[...], ...], "seconds": S} is
timed for S seconds after two calls to warm up and answered with {"p50_ms": ..., "texts_per_second": ...,
"vector": [...]}, the vector of the first text. Several callers share one session, each asking again as soon as it has
its result. Needs onnxruntime, onnx, numpy and gguf.
"""

import json
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
from gguf import GGUFReader
from gguf.quants import dequantize
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic

MICROSOFT = "com.microsoft"


class Graph:
    """Nodes and initialisers as they are added."""

    def __init__(self, folder: Path):
        self.config = json.loads((folder / "config.json").read_text())
        tensors = GGUFReader(next(folder.glob("*.gguf"))).tensors
        self.tensors = {t.name.removeprefix("bert."): t for t in tensors}
        self.nodes, self.weights = [], []

    def tensor(self, name: str) -> np.ndarray:
        tensor = self.tensors[name]
        values = dequantize(tensor.data, tensor.tensor_type)
        return values.reshape([int(n) for n in reversed(tensor.shape)]).astype(np.float32)

    def constant(self, name: str, values: np.ndarray) -> str:
        self.weights.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def node(self, op: str, inputs: list, output: str, domain: str = "", outputs: int = 1, **attributes) -> str:
        names = [output] + [f"{output}.{n}" for n in range(1, outputs)]
        self.nodes.append(helper.make_node(op, inputs, names, name=output, domain=domain, **attributes))
        return output

    def parameter(self, name: str) -> str:
        return self.constant(name, self.tensor(name))

    def add_normalised(self, x: str, other: str, norm: str, output: str) -> str:
        inputs = [x, other, self.parameter(f"{norm}.weight"), self.parameter(f"{norm}.bias")]
        epsilon = float(self.config["layer_norm_eps"])
        return self.node("SkipLayerNormalization", inputs, output, MICROSOFT, epsilon=epsilon)

    def build(self) -> onnx.ModelProto:
        embeddings = self.tensor("embeddings.word_embeddings.weight")
        # Positions and the one token type are looked up as one table.
        places = self.tensor("embeddings.position_embeddings.weight")
        places = places + self.tensor("embeddings.token_type_embeddings.weight")[0]
        words = self.node("Gather", [self.constant("words", embeddings), "ids"], "word")
        place = self.node("Gather", [self.constant("places", places), "positions"], "place")
        x = self.add_normalised(words, place, "embeddings.LayerNorm", "embedded")
        for n in range(self.config["num_hidden_layers"]):
            x = self.layer(x, f"encoder.layer.{n}")
        wide = self.node("Unsqueeze", ["weights", self.constant("last", np.array([2]))], "wide")
        kept = self.node("Mul", [x, wide], "kept")
        pooled = self.node("ReduceSum", [kept, self.constant("first", np.array([1]))], "pooled", keepdims=0)
        self.node("LpNormalization", [pooled], "vector", axis=1, p=2)
        hidden = self.config["hidden_size"]
        shaped = helper.make_tensor_value_info
        graph = helper.make_graph(
            self.nodes,
            "encoder",
            [
                shaped("ids", TensorProto.INT64, ["batch", "length"]),
                shaped("positions", TensorProto.INT64, ["batch", "length"]),
                shaped("mask", TensorProto.INT32, ["batch", "length"]),
                shaped("weights", TensorProto.FLOAT, ["batch", "length"]),
            ],
            [shaped("vector", TensorProto.FLOAT, ["batch", hidden])],
            self.weights,
        )
        opsets = [helper.make_opsetid("", 17), helper.make_opsetid(MICROSOFT, 1)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=9)

    def layer(self, x: str, at: str) -> str:
        parts = [f"{at}.attention.self.{part}" for part in ("query", "key", "value")]
        qkv = np.concatenate([self.tensor(f"{part}.weight") for part in parts]).T
        bias = np.concatenate([self.tensor(f"{part}.bias") for part in parts])
        inputs = [x, self.constant(f"{at}.qkv", qkv), self.constant(f"{at}.qkv.bias", bias), "mask"]
        heads = self.config["num_attention_heads"]
        context = self.node("Attention", inputs, f"{at}.context", MICROSOFT, num_heads=heads)
        attended = self.dense(context, f"{at}.attention.output.dense")
        x = self.add_normalised(x, attended, f"{at}.attention.output.LayerNorm", f"{at}.attended")
        product = self.matmul(x, f"{at}.intermediate.dense")
        bias = self.parameter(f"{at}.intermediate.dense.bias")
        raised = self.node("BiasGelu", [product, bias], f"{at}.raised", MICROSOFT)
        lowered = self.dense(raised, f"{at}.output.dense")
        return self.add_normalised(x, lowered, f"{at}.output.LayerNorm", f"{at}.out")

    def matmul(self, x: str, name: str) -> str:
        weight = self.constant(f"{name}.weight", self.tensor(f"{name}.weight").T)
        return self.node("MatMul", [x, weight], f"{name}.product")

    def dense(self, x: str, name: str) -> str:
        return self.node("Add", [self.matmul(x, name), self.parameter(f"{name}.bias")], f"{name}.sum")


class Yardstick:
    """Sessions by precision and number of threads, made when first asked for."""

    def __init__(self, folder: Path):
        self.folder = Path(tempfile.mkdtemp())
        onnx.save(Graph(folder).build(), self.folder / "f32.onnx")
        quantize_dynamic(
            self.folder / "f32.onnx",
            self.folder / "int8.onnx",
            op_types_to_quantize=["MatMul", "Attention"],
            weight_type=QuantType.QInt8,
            per_channel=True,
            extra_options={"DefaultTensorType": TensorProto.FLOAT},
        )
        self.sessions = {}

    def session(self, precision: str, threads: int) -> ort.InferenceSession:
        key = (precision, threads)
        if key not in self.sessions:
            options = ort.SessionOptions()
            options.intra_op_num_threads = threads
            options.inter_op_num_threads = 1
            options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_ENABLE_ALL
            path = self.folder / f"{precision}.onnx"
            self.sessions[key] = ort.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        return self.sessions[key]

    def answer(self, request: dict) -> dict:
        session = self.session(request["precision"], request["threads"])
        feed = inputs(request["ids"])
        vectors = [session.run(["vector"], feed)[0] for _ in range(2)]
        end = time.perf_counter() + request["seconds"]

        def call_again_and_again(_: int) -> list:
            times = []
            while time.perf_counter() < end or len(times) < 5:
                started = time.perf_counter()
                session.run(["vector"], feed)
                times.append(time.perf_counter() - started)
            return times

        started = time.perf_counter()
        with ThreadPoolExecutor(request["callers"]) as callers:
            times = sorted(t for own in callers.map(call_again_and_again, range(request["callers"])) for t in own)
        calls = len(times) / (time.perf_counter() - started)
        return {
            "p50_ms": 1e3 * times[len(times) // 2],
            "texts_per_second": calls * len(request["ids"]),
            "vector": vectors[0][0].tolist(),
        }


def inputs(texts: list) -> dict:
    longest = max(len(ids) for ids in texts)
    ids = np.full((len(texts), longest), 1, np.int64)
    mask = np.zeros((len(texts), longest), np.int32)
    for row, text in enumerate(texts):
        ids[row, : len(text)], mask[row, : len(text)] = text, 1
    weights = (mask / mask.sum(1, keepdims=True)).astype(np.float32)
    positions = np.tile(np.arange(longest, dtype=np.int64), (len(texts), 1))
    return {"ids": ids, "positions": positions, "mask": mask, "weights": weights}


def main() -> None:
    yardstick = Yardstick(Path(sys.argv[1]))
    print(json.dumps({"onnxruntime": ort.__version__}), flush=True)
    for line in sys.stdin:
        print(json.dumps(yardstick.answer(json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
