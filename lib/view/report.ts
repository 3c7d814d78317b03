/**
 * A report: a self-contained HTML file that shows a network.
 *
 * All data is in one block of JSON in which every `<` is escaped, and the content security policy
 * allows nothing but the file's own script and style, by their hashes.
 *
 * @module
 */
import type { SummaryRow, Totals } from "../summary.ts";
import type { Diagram } from "./diagram.ts";
import type { Inspection } from "./inspection.ts";
import type { Tiles } from "./tiles.ts";

/** What a report shows. */
export interface Report {
  readonly name: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly diagram: Diagram;
  readonly rows: readonly SummaryRow[];
  readonly totals: Totals;
  /** One for each step. */
  readonly inspections: readonly Inspection[];
  /** The measured times, if there are any. */
  readonly times: Times | null;
}

/** How long each step took. */
export interface Times {
  /** The device that was measured. */
  readonly device: string;
  /** Milliseconds by the names of steps; a step that was fused into another has none. */
  readonly steps: readonly (readonly [name: string, ms: number])[];
}

/** The script and style of a report. */
export interface ReportParts {
  /** A module that shows the report in `#app`. */
  readonly script: string;
  readonly style: string;
}

/** The text of a report's file. */
export async function writeReport(report: Report, parts: ReportParts): Promise<string> {
  const { style } = parts;
  const script = parts.script.replaceAll("</script", "<\\/script");
  const policy = `default-src 'none'; script-src ${await hashOf(script)}; ` +
    `style-src ${await hashOf(style)}; base-uri 'none'; form-action 'none'`;
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>A network, by kaffe</title>
<style>${style}</style>
</head>
<body>
<div id="app"></div>
<script type="application/json" id="report">${jsonOf(report)}</script>
<script type="module">${script}</script>
</body>
</html>
`;
}

/** Parses the JSON that {@linkcode writeReport} embedded in a file. */
export function readReport(json: string): Report {
  return JSON.parse(json, (key, value) => {
    // Older browsers open reports too, and lack `Uint8Array.fromBase64`.
    return key === "data" && typeof value === "string"
      ? Uint8ClampedArray.from(atob(value), (character) => character.charCodeAt(0))
      : value;
  });
}

function jsonOf(report: Report): string {
  const json = JSON.stringify(report, (key, value) => {
    // Pictures in base64 are a quarter as long as in lists of numbers.
    if (key !== "data" || !(value instanceof Uint8ClampedArray)) return value;
    return new Uint8Array((value as Tiles["data"]).buffer).toBase64();
  });
  // Escaped so that no name can end the block or begin a comment.
  return json.replaceAll("<", "\\u003c");
}

async function hashOf(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return `'sha256-${new Uint8Array(digest).toBase64()}'`;
}
