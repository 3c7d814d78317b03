/**
 * Starts the page.
 *
 * @module
 */
/// <reference lib="dom" />
import { render } from "preact";
import { App } from "./app.tsx";

render(<App />, document.getElementById("app")!);

// The service worker makes the page work offline. Without support for it, the page works online.
navigator.serviceWorker?.register("offline.js").catch(() => {});
