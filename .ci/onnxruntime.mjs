// Runs a model in onnxruntime, on the CPU, with its default optimizations, or with
// none where HALFULP_ONNXRUNTIME_PLAIN is 1:
//
//	node onnxruntime.mjs FOLDER MODEL OUTPUT [INPUT DIM...]
//
// FOLDER has node_modules with onnxruntime-node. INPUT holds the model's only
// input, little-endian float32, and DIM... is its shape. OUTPUT gets all outputs,
// one after another, in the same form.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";

const [folder, model, output, input, ...dims] = process.argv.slice(2);
const ort = createRequire(join(resolve(folder), "index.js"))("onnxruntime-node");
const session = await ort.InferenceSession.create(model, {
	intraOpNumThreads: 2, graphOptimizationLevel: process.env.HALFULP_ONNXRUNTIME_PLAIN === "1" ? "disabled" : "all",
});
const feeds = {};
if (input) {
	const data = new Float32Array(new Uint8Array(readFileSync(input)).buffer);
	feeds[session.inputNames[0]] = new ort.Tensor("float32", data, dims.map(Number));
}
const results = await session.run(feeds);
writeFileSync(output, Buffer.concat(session.outputNames.map((name) => {
	const { type, data } = results[name];
	if (type !== "float32") {
		throw new Error(`output ${name} is ${type}`);
	}
	return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
})));
