/**
 * Installs TensorFlow and ONNX Runtime into a virtual environment of Python, for the tests of
 * exports.
 *
 * ```sh
 * deno task exports   # installs them if they are missing, and runs the tests
 * ```
 *
 * It exits with 1 if there is no Python, or PyPI cannot be reached.
 *
 * @module
 */
import { fileURLToPath } from "node:url";

/** The tested versions. */
const requirements = ["tensorflow-cpu==2.21.0", "onnxruntime==1.32.0", "onnx==1.23.2"];
/** Their names in imports. */
const modules = ["tensorflow", "onnxruntime", "onnx"];

const folder = new URL("../build/python/", import.meta.url);

/** The Python of the virtual environment, if it was installed. */
export const installedPython: URL = new URL("bin/python", folder);
/** A file that exists once the installation is complete. */
export const completionMarker: URL = new URL("complete", folder);

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
  const isInstalled = await run(
    python,
    "-c",
    "import importlib.util as u, sys; " +
      `sys.exit(any(u.find_spec(name) is None for name in ${JSON.stringify(modules)}))`,
  );
  const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
  const steps = isInstalled ? [] : [
    { command: "python3", args: ["-m", "venv", fileURLToPath(folder)] },
    { command: python, args: [...pip, ...requirements] },
  ];
  for (const { command, args } of steps) {
    if (await run(command, ...args)) continue;
    console.error(
      `Cannot install TensorFlow and ONNX Runtime: ${command} ${args.join(" ")} failed`,
    );
    Deno.exit(1);
  }
  await Deno.writeTextFile(completionMarker, requirements.join("\n") + "\n");
  console.log(`TensorFlow and ONNX Runtime are in ${fileURLToPath(folder)}`);
}
