/**
 * The Python that has TensorFlow and ONNX Runtime: that of `KAFFE_PYTHON`, or the one that
 * `deno task exports` has set up. Tests that need it are ignored where there is none.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { completionMarker, installedPython } from "../../scripts/setup_python.ts";
import { exists } from "../golden.ts";

const python = Deno.env.get("KAFFE_PYTHON") ?? fileURLToPath(installedPython);

/** Whether there is one. */
export const hasPython: boolean = Deno.env.has("KAFFE_PYTHON") || exists(completionMarker);

/** An exported model, and what it is compared with. */
export interface ExportedCase {
  readonly name: string;
  /** Its file or folder. */
  readonly model: string;
  /** The `.npz` of recorded answers. */
  readonly golden: string;
  /** The `.npz` of what is fed, if that is not among the answers. */
  readonly inputs: string | null;
}

/**
 * How far each blob of each model is off, or what went wrong.
 *
 * @param script The one beside this module that runs models of such a format.
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
