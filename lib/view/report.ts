/**
 * A report: a network in one HTML file that needs nothing else.
 *
 * What the network says goes into a block of JSON in which no `<` stands, and the policy of the file
 * allows its own script and style by their hashes, and nothing else.
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
  /** One a step. */
  readonly inspections: readonly Inspection[];
  /** What was measured, if it was. */
  readonly times: Times | null;
}

/** How long each step took. */
export interface Times {
  /** What it ran on. */
  readonly device: string;
  /** Milliseconds by the names of steps; one that others have taken in has none. */
  readonly steps: readonly (readonly [name: string, ms: number])[];
}

/** What a page around a report is made of. */
export interface ReportParts {
  /** A module that shows the report in `#app`. */
  readonly script: string;
  readonly style: string;
}

/** The text of the file. */
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

/** What {@linkcode writeReport} wrote into a page. */
export function readReport(json: string): Report {
  return JSON.parse(json, (key, value) => {
    // Reports are opened in browsers that know no newer way.
    return key === "data" && typeof value === "string"
      ? Uint8ClampedArray.from(atob(value), (letter) => letter.charCodeAt(0))
      : value;
  });
}

function jsonOf(report: Report): string {
  const json = JSON.stringify(report, (key, value) => {
    // The bytes of pictures; in lists of numbers they would be four times as long.
    if (key !== "data" || !(value instanceof Uint8ClampedArray)) return value;
    return new Uint8Array((value as Tiles["data"]).buffer).toBase64();
  });
  // So no name can end the block, or begin a comment.
  return json.replaceAll("<", "\\u003c");
}

async function hashOf(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return `'sha256-${new Uint8Array(digest).toBase64()}'`;
}
