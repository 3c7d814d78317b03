/**
 * TensorFlow.js behind a network. It is large, so that it is loaded only when somebody asks for it.
 *
 * @module
 */
import type { Engine } from "../runtime/engine.ts";
import { readChoice } from "./option_values.ts";

/** The backends, and how each comes in. */
const backends = {
  webgpu: () => import("@tensorflow/tfjs-backend-webgpu"),
  wasm: () => import("@tensorflow/tfjs-backend-wasm"),
  cpu: () => import("@tensorflow/tfjs-backend-cpu"),
} as const;

type BackendName = keyof typeof backends;

/** The option that names a backend of TensorFlow.js. */
export const backendOption = {
  backend: {
    value: Object.keys(backends).join("|"),
    about: "Where TensorFlow.js computes (wasm).",
  },
} as const;

/**
 * The engine of TensorFlow.js on a backend that has answered rightly.
 *
 * @param name What `--backend` says.
 * @throws {Error} if the backend cannot start here, or answers wrongly.
 */
export async function openTensorFlow(name: string | undefined): Promise<Engine> {
  const names = Object.keys(backends) as BackendName[];
  const backend = readChoice(name ?? "wasm", "--backend", names);
  const [tf, { TfEngine }] = await Promise.all([
    import("@tensorflow/tfjs-core"),
    import("../lib/tf/engine.ts"),
    backends[backend](),
  ]);
  tf.enableProdMode();
  const started = await tf.setBackend(backend).catch(() => false);
  if (started) return await TfEngine.open();
  const others = names.filter((other) => other !== backend).join(" or ");
  throw new Error(
    `Cannot run with TensorFlow.js: its backend "${backend}" does not start here; try ` +
      `--backend ${others}`,
  );
}
