/**
 * The worker's code that is not needed at first: imported by the first call that needs it, or as
 * soon as the worker is idle, so that later calls work without the server.
 *
 * @module
 */

/** The modules, by their purpose. */
const modules = {
  converting: () => import("./convert_files.ts"),
  running: () => import("./run_model.ts"),
  saving: () => import("./save_model.ts"),
};

type Purpose = keyof typeof modules;
type Module<P extends Purpose> = Awaited<ReturnType<typeof modules[P]>>;

/**
 * Imports the code for a purpose.
 *
 * @throws {Error} with a message for the user, if it cannot be fetched.
 */
export async function codeFor<P extends Purpose>(purpose: P): Promise<Module<P>> {
  try {
    return await modules[purpose]() as Module<P>;
  } catch (cause) {
    throw new Error(
      `Cannot load the code for ${purpose}: the server of this page does not answer, or has ` +
        "another version of the page; start it again, or reload the page",
      { cause },
    );
  }
}

/** Imports all code. If that fails, the call that needs it tries again, and reports it. */
export async function loadAllCode(): Promise<void> {
  for (const purpose of Object.keys(modules) as Purpose[]) await codeFor(purpose).catch(() => {});
}
