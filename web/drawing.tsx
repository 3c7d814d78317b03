/**
 * The drawing of a network, with panning, zooming and selection.
 *
 * @module
 */
/// <reference lib="dom" />
import {
  type Dispatch,
  type StateUpdater,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from "preact/hooks";
import type { Arrow, Diagram, Step } from "../lib/view/diagram.ts";
import { useDrag, useMiddle, useWheel } from "./gestures.ts";
import { fit, type Position, reveal, zoom } from "./viewpoint.ts";

/** The factor by which a key or a button zooms. */
const zoomStep = 1.25;
/** Below this scale the texts of steps are too small to be read. */
const leastReadable = 0.3;
/** The two strokes at the end of an arrow, which points down. */
const arrowhead = "m-3.5 -5l3.5 5l3.5 -5";

interface DrawingProps {
  readonly diagram: Diagram;
  readonly selected: number | undefined;
  readonly onSelect: Dispatch<StateUpdater<number | undefined>>;
}

/** Shows a diagram. Arrow keys move the selection, + and − zoom, 0 shows the whole diagram. */
export function Drawing({ diagram, selected, onSelect }: DrawingProps) {
  const svg = useRef<SVGSVGElement>(null);
  const [position, setPosition] = useState<Position>({ x: 0, y: 0, scale: 1 });
  const view = () => svg.current!.getBoundingClientRect();
  useLayoutEffect(() => setPosition(fit(diagram, view())), [diagram]);
  useEffect(() => {
    const step = selected === undefined ? undefined : diagram.steps[selected];
    if (step !== undefined) setPosition((from) => reveal(from, step.box, view()));
  }, [diagram, selected]);
  const moveBy = (dx: number, dy: number) =>
    setPosition(({ x, y, scale }) => ({ x: x + dx, y: y + dy, scale }));
  const zoomAround = (factor: number, x: number, y: number) =>
    setPosition((from) => zoom(from, factor, x, y));
  const zoomBy = (factor: number) => zoomAround(factor, view().width / 2, view().height / 2);
  useWheel(svg, zoomAround);
  useMiddle(svg, moveBy);
  const drag = useDrag(moveBy, zoomAround);

  const onKeyDown = (event: KeyboardEvent) => {
    const moves: Readonly<Record<string, () => void>> = {
      "+": () => zoomBy(zoomStep),
      "=": () => zoomBy(zoomStep),
      "-": () => zoomBy(1 / zoomStep),
      "0": () => setPosition(fit(diagram, view(), true)),
      ArrowDown: () => onSelect((step) => alongArrow(diagram, step, "from", "to")),
      ArrowUp: () => onSelect((step) => alongArrow(diagram, step, "to", "from")),
      ArrowRight: () => onSelect((step = -1) => Math.min(diagram.steps.length - 1, step + 1)),
      ArrowLeft: () => onSelect((step = 1) => Math.max(0, step - 1)),
      Escape: () => onSelect(undefined),
    };
    const move = event.ctrlKey || event.metaKey ? undefined : moves[event.key];
    if (move === undefined) return;
    event.preventDefault();
    move();
  };
  const boxes = useMemo(() => {
    return diagram.steps.map((step, i) => (
      <StepBox
        key={i}
        step={step}
        isSelected={i === selected}
        onSelect={() => {
          if (!drag.moved.current) onSelect(i);
        }}
      />
    ));
  }, [diagram, selected, onSelect]);
  const lines = useMemo(() => {
    return diagram.arrows.map((arrow, i) => <Line key={i} arrow={arrow} selected={selected} />);
  }, [diagram, selected]);

  const { x, y, scale } = position;
  const step = selected === undefined ? undefined : diagram.steps[selected];
  return (
    <div class="drawing">
      <p class="unseen" role="status">{step && `${step.name}, ${step.type}`}</p>
      <svg
        ref={svg}
        tabindex={0}
        role="application"
        aria-label="Drawing of the network. Arrow keys go from step to step; the list of layers has the same content as text."
        onKeyDown={onKeyDown}
        {...drag.handlers}
        onClick={(event) => {
          if (event.target === svg.current && !drag.moved.current) onSelect(undefined);
        }}
      >
        <g transform={`translate(${x} ${y}) scale(${scale})`}>
          <g class="lines">{lines}</g>
          <g class={scale < leastReadable ? "boxes far" : "boxes"}>{boxes}</g>
        </g>
      </svg>
      <div class="zoom" role="group" aria-label="Zoom">
        <button type="button" aria-label="Zoom in" onClick={() => zoomBy(zoomStep)}>+</button>
        <button type="button" aria-label="Zoom out" onClick={() => zoomBy(1 / zoomStep)}>−</button>
        <button type="button" onClick={() => setPosition(fit(diagram, view(), true))}>All</button>
      </div>
    </div>
  );
}

function StepBox({ step, isSelected, onSelect }: {
  readonly step: Step;
  readonly isSelected: boolean;
  readonly onSelect: () => void;
}) {
  const { x, y, width, height } = step.box;
  return (
    <g
      class={`step kind-${step.kind}${isSelected ? " selected" : ""}`}
      transform={`translate(${x} ${y})`}
      onClick={onSelect}
    >
      <title>{`${step.name}\n${step.type} ${step.shape.join(" × ")}`}</title>
      <rect class="box" width={width} height={height} rx="4" />
      <rect class="kind" x="0.5" y="6" width="3" height={height - 12} rx="1.5" />
      <text class="name" x="12" y="17">{step.label}</text>
      <text class="type" x="12" y="31">{step.type}</text>
      <text class="shape" x={width - 10} y="31">{step.shape.slice(1).join("×")}</text>
    </g>
  );
}

function Line(
  { arrow, selected }: { readonly arrow: Arrow; readonly selected: number | undefined },
) {
  const isNear = selected !== undefined && (arrow.from === selected || arrow.to === selected);
  return <path class={isNear ? "line near" : "line"} d={curve(arrow.points)} />;
}

/** A smooth curve through the midpoints between points, ending in an arrowhead. */
function curve(points: Arrow["points"]): string {
  const [start, ...rest] = points;
  const end = rest.at(-1)!;
  const bends = rest.slice(0, -1).map(([x, y], i) => {
    const next = rest[i + 1]!;
    const isLast = i === rest.length - 2;
    const [toX, toY] = isLast ? next : [(x + next[0]) / 2, (y + next[1]) / 2];
    return `Q${x} ${y} ${toX} ${toY}`;
  });
  const path = bends.length === 0 ? `L${end[0]} ${end[1]}` : bends.join("");
  return `M${start![0]} ${start![1]}${path}${arrowhead}`;
}

/** The step at the other end of the first arrow of a step, or the first step. */
function alongArrow(
  { arrows }: Diagram,
  selected: number | undefined,
  here: "from" | "to",
  there: "from" | "to",
): number {
  if (selected === undefined) return 0;
  return arrows.find((arrow) => arrow[here] === selected)?.[there] ?? selected;
}
