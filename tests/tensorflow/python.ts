/**
 * The Python that has TensorFlow: that of `KAFFE_PYTHON`, or the one that `deno task tensorflow` has
 * set up. Tests that need it are ignored where there is none.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { installedPython } from "../../scripts/setup_tensorflow.ts";
import { exists } from "../golden.ts";

const python = Deno.env.get("KAFFE_PYTHON") ?? fileURLToPath(installedPython);

/** Whether there is one. */
export const hasTensorFlow: boolean = Deno.env.has("KAFFE_PYTHON") || exists(installedPython);

/** A SavedModel, and what it is compared with. */
export interface SavedCase {
  readonly name: string;
  /** The folder of the SavedModel. */
  readonly model: string;
  /** The `.npz` of recorded answers. */
  readonly golden: string;
  /** The `.npz` of what is fed, if that is not among the answers. */
  readonly inputs: string | null;
}

/** How far each blob of each SavedModel is off in TensorFlow, or what went wrong. */
export async function checkSavedModels(
  cases: readonly SavedCase[],
): Promise<Readonly<Record<string, Readonly<Record<string, number | string>>>>> {
  const script = fileURLToPath(new URL("check_saved_models.py", import.meta.url));
  const child = new Deno.Command(python, {
    args: [script],
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
