/**
 * Suppresses a warning of graphics drivers.
 *
 * Mesa's drivers warn about a missing `XDG_RUNTIME_DIR`, which they do not need, on the standard
 * error of every program that opens a GPU. Without a login, as in a container, it is not set.
 *
 * @module
 */

/** Sets the variable if it is missing. */
export function quietGraphics(): void {
  if (Deno.build.os !== "linux" || Deno.env.has("XDG_RUNTIME_DIR")) return;
  Deno.env.set("XDG_RUNTIME_DIR", "/tmp");
}
