/**
 * Starts the page.
 *
 * @module
 */
/// <reference lib="dom" />
import { render } from "preact";
import { App } from "./app.tsx";

render(<App />, document.getElementById("app")!);

// Without a network the page works on; where there are no service workers, it does not.
navigator.serviceWorker?.register("offline.js").catch(() => {});
