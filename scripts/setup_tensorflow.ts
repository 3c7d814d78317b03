/**
 * Installs TensorFlow into a virtual environment of Python, where the tests of SavedModels find it.
 *
 * ```sh
 * deno task tensorflow   # installs it, if it is not there, and runs those tests
 * ```
 *
 * Where there is no Python or PyPI is out of reach it says so, and ends with 1.
 *
 * @module
 */
import { fileURLToPath } from "node:url";

/** The version that the tests know. */
const requirement = "tensorflow-cpu==2.21.0";

const folder = new URL("../build/tensorflow/", import.meta.url);

/** The Python that has TensorFlow, if it was installed. */
export const installedPython: URL = new URL("bin/python", folder);

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
      "sys.exit(u.find_spec('tensorflow') is None)",
  );
  const steps: readonly (readonly [string, readonly string[]])[] = isThere ? [] : [
    ["python3", ["-m", "venv", fileURLToPath(folder)]],
    [python, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", requirement]],
  ];
  for (const [command, args] of steps) {
    if (await run(command, ...args)) continue;
    console.error(`TensorFlow could not be installed: ${command} ${args.join(" ")} failed`);
    Deno.exit(1);
  }
  console.log(`TensorFlow is in ${fileURLToPath(folder)}`);
}
