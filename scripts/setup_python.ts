/**
 * Installs TensorFlow and ONNX Runtime into a virtual environment of Python, where the tests of
 * exports find them.
 *
 * ```sh
 * deno task exports   # installs them, if they are not there, and runs those tests
 * ```
 *
 * Where there is no Python or PyPI is out of reach it says so, and ends with 1.
 *
 * @module
 */
import { fileURLToPath } from "node:url";

/** The versions that the tests know. */
const requirements = ["tensorflow-cpu==2.21.0", "onnxruntime==1.32.0", "onnx==1.23.2"];
/** What they are imported as. */
const modules = ["tensorflow", "onnxruntime", "onnx"];

const folder = new URL("../build/python/", import.meta.url);

/** The Python that has them, if they were installed. */
export const installedPython: URL = new URL("bin/python", folder);
/** A file that is there when all of it is. */
export const completeMark: URL = new URL("complete", folder);

async function run(command: string, ...args: readonly string[]): Promise<boolean> {
  try {
    const child = new Deno.Command(command, { args: [...args], stdin: "null", stdout: "null" });
    return (await child.spawn().status).success;
  } catch {
    return false;
  }
}

if (import.meta.main) {
  const python = fileURLToPath(installedPython);
  const isThere = await run(
    python,
    "-c",
    "import importlib.util as u, sys; " +
      `sys.exit(any(u.find_spec(name) is None for name in ${JSON.stringify(modules)}))`,
  );
  const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
  const steps: readonly (readonly [string, readonly string[]])[] = isThere ? [] : [
    ["python3", ["-m", "venv", fileURLToPath(folder)]],
    [python, [...pip, ...requirements]],
  ];
  for (const [command, args] of steps) {
    if (await run(command, ...args)) continue;
    console.error(`They could not be installed: ${command} ${args.join(" ")} failed`);
    Deno.exit(1);
  }
  await Deno.writeTextFile(completeMark, requirements.join("\n") + "\n");
  console.log(`TensorFlow and ONNX Runtime are in ${fileURLToPath(folder)}`);
}
