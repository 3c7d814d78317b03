/**
 * Opens TensorFlow.js as an engine. It is large, and therefore loaded on demand.
 *
 * @module
 */
import type { Engine } from "../runtime/engine.ts";
import { readChoice } from "./option_values.ts";

/** The backends, and the packages that register them. */
const backends = {
  webgpu: () => import("@tensorflow/tfjs-backend-webgpu"),
  wasm: () => import("@tensorflow/tfjs-backend-wasm"),
  cpu: () => import("@tensorflow/tfjs-backend-cpu"),
} as const;

type BackendName = keyof typeof backends;

/** The option that selects a backend of TensorFlow.js. */
export const backendOption = {
  backend: {
    value: Object.keys(backends).join("|"),
    about: "The backend of TensorFlow.js (wasm).",
  },
} as const;

/**
 * An engine on TensorFlow.js, whose backend has passed a check.
 *
 * @param name The value of `--backend`.
 * @throws {Error} if the backend cannot start here, or computes wrong results.
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
