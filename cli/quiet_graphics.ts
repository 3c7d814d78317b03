/**
 * Keeps graphics drivers quiet.
 *
 * Mesa's drivers complain of a missing `XDG_RUNTIME_DIR`, which they do not need, on the standard
 * error of every program that asks for a GPU. Where nobody has logged in, as in a container, there
 * is none.
 *
 * @module
 */

/** Gives the drivers a folder to look at, if there is none. */
export function quietGraphics(): void {
  if (Deno.build.os !== "linux" || Deno.env.has("XDG_RUNTIME_DIR")) return;
  Deno.env.set("XDG_RUNTIME_DIR", "/tmp");
}
