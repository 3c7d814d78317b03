/**
 * The Python with TensorFlow and ONNX Runtime: that of `KAFFE_PYTHON`, or the one that
 * `deno task exports` has installed. Tests that need it are ignored if there is none.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { completionMarker, installedPython } from "../../scripts/setup_python.ts";
import { exists } from "../golden.ts";

const python = Deno.env.get("KAFFE_PYTHON") ?? fileURLToPath(installedPython);

/** Whether there is such a Python. */
export const hasPython: boolean = Deno.env.has("KAFFE_PYTHON") || exists(completionMarker);

/** An exported model, and its recording. */
export interface ExportedCase {
  readonly name: string;
  /** Its file or folder. */
  readonly model: string;
  /** The `.npz` of recorded blobs. */
  readonly golden: string;
  /** The `.npz` of the inputs, if they are not among the recorded blobs. */
  readonly inputs: string | null;
}

/**
 * The relative difference of each blob of each model, or an error.
 *
 * @param script The script beside this module that runs models of a format.
 */
export async function runInPython(
  script: string,
  cases: readonly ExportedCase[],
): Promise<Readonly<Record<string, Readonly<Record<string, number | string>>>>> {
  const child = new Deno.Command(python, {
    args: [fileURLToPath(new URL(script, import.meta.url))],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(JSON.stringify(cases)));
  await writer.close();
  const { success, stdout, stderr } = await child.output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout).replaceAll("Infinity", '"infinite"'));
}
