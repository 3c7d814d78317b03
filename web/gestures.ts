/**
 * What moves and zooms a drawing: wheel, drag, pinch, and a change of its element's size.
 *
 * @module
 */
/// <reference lib="dom" />
import { useEffect, useRef } from "preact/hooks";

/** How far a line of text is scrolled, in pixels, for mice that scroll by lines. */
const lineHeight = 24;
/** The logarithm of the zoom per pixel of the wheel; a pinch on a touchpad comes with the control key. */
const wheelSpeed = 0.0016, pinchSpeed = 0.01;
/** The distance in pixels from which on a press is a drag and no click. */
const dragDistance = 4;

type Target = { readonly current: Element | null };
type Move = (dx: number, dy: number) => void;
/** Zooms by a factor around a point of the element. */
type Zoom = (factor: number, x: number, y: number) => void;

/** Zooms by the mouse wheel, without scrolling the page. */
export function useWheel(target: Target, onZoom: Zoom): void {
  useEffect(() => {
    const element = target.current as SVGSVGElement;
    const onWheel = (event: WheelEvent) => {
      event.preventDefault();
      const { left, top } = element.getBoundingClientRect();
      const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? lineHeight : 1;
      const speed = event.ctrlKey ? pinchSpeed : wheelSpeed;
      onZoom(Math.exp(-event.deltaY * unit * speed), event.clientX - left, event.clientY - top);
    };
    element.addEventListener("wheel", onWheel, { passive: false });
    return () => element.removeEventListener("wheel", onWheel);
  }, []);
}

/** Keeps what is in the middle of an element there when its width changes. */
export function useMiddle(target: Target, onMove: Move): void {
  useEffect(() => {
    const element = target.current!;
    let width = element.clientWidth;
    const observer = new ResizeObserver(() => {
      onMove((element.clientWidth - width) / 2, 0);
      width = element.clientWidth;
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
}

/**
 * Moves by drags, and zooms by pinches with two fingers. `moved` is whether the last press was such
 * a gesture rather than a click.
 */
export function useDrag(onMove: Move, onZoom: Zoom) {
  const moved = useRef(false);
  /** The distance since the first press. */
  const distance = useRef(0);
  /** The pointers that are pressed, and where they are. */
  const pressed = useRef(new Map<number, DOMPoint>());
  const onEnd = ({ pointerId }: PointerEvent) => {
    pressed.current.delete(pointerId);
  };
  const onPointerDown = (event: PointerEvent) => {
    if (event.button !== 0) return;
    if (pressed.current.size === 0) {
      moved.current = false;
      distance.current = 0;
    }
    pressed.current.set(event.pointerId, pointOf(event));
  };
  const onPointerMove = (event: PointerEvent) => {
    // A press that ended outside of the element.
    if (event.buttons === 0) onEnd(event);
    const from = pressed.current.get(event.pointerId), to = pointOf(event);
    if (from === undefined) return;
    distance.current += Math.abs(to.x - from.x) + Math.abs(to.y - from.y);
    pressed.current.set(event.pointerId, to);
    if (distance.current < dragDistance) return;
    (event.currentTarget as Element).setPointerCapture(event.pointerId);
    moved.current = true;
    // What is between two fingers moves half as far as one of them.
    const fingers = pressed.current.size;
    onMove((to.x - from.x) / fingers, (to.y - from.y) / fingers);
    const [other] = [...pressed.current.values()].filter((point) => point !== to);
    if (other === undefined) return;
    const factor = distanceOf(to, other) / Math.max(1, distanceOf(from, other));
    onZoom(factor, (to.x + other.x) / 2, (to.y + other.y) / 2);
  };
  const handlers = { onPointerDown, onPointerMove, onPointerUp: onEnd, onPointerCancel: onEnd };
  return { moved, handlers };
}

/** Where a pointer is in the element that listens. */
function pointOf({ clientX, clientY, currentTarget }: PointerEvent): DOMPoint {
  const { left, top } = (currentTarget as Element).getBoundingClientRect();
  return new DOMPoint(clientX - left, clientY - top);
}

function distanceOf(a: DOMPoint, b: DOMPoint): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}
