/** A time series on a canvas, with the same numbers as a table for those who don't see it. */

import { useEffect, useMemo, useRef } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { theme } from "@/app/theme";
import type { Tone } from "./badge";
import { exact, timeZone } from "./time";

export interface Series {
  name: string;
  tone: Tone;
  values: readonly (number | null)[];
}

interface ChartProps {
  title: string;
  /** Unix seconds. */
  times: readonly number[];
  series: readonly Series[];
  height?: number;
  /** Called with the range that was drawn with the pointer, in unix seconds. */
  onRange?: (from: number, to: number) => void;
}

export default function Chart({ title, times, series, height = 180, onRange }: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const look = theme.use();
  const zone = timeZone.use();
  const data = useMemo(
    () => [[...times], ...series.map((one) => [...one.values])] as uPlot.AlignedData,
    [times, series],
  );
  useEffect(() => {
    const element = place.current;
    if (!element) return;
    void look;
    const plot = new uPlot(options(element, series, height, zone, onRange), data, element);
    const watch = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height }));
    watch.observe(element);
    return () => {
      watch.disconnect();
      plot.destroy();
    };
  }, [data, series, height, zone, look, onRange]);
  return (
    <figure aria-label={title}>
      <div ref={place} aria-hidden className="w-full" />
      <details className="mt-1 text-meta">
        <summary className="text-fg-3">Show as table</summary>
        <div className="max-h-64 overflow-auto">
          <table className="w-full text-right">
            <caption className="sr-only">{title}</caption>
            <thead>
              <tr>
                <th scope="col" className="text-left">
                  Time
                </th>
                {series.map((one) => (
                  <th key={one.name} scope="col">
                    {one.name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {times.map((time, at) => (
                <tr key={time}>
                  <th scope="row" className="text-left font-normal">
                    {exact(new Date(time * 1000), zone)}
                  </th>
                  {series.map((one) => (
                    <td key={one.name}>{one.values[at]?.toLocaleString("en") ?? "–"}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </figure>
  );
}

function options(
  element: HTMLElement,
  series: readonly Series[],
  height: number,
  zone: "local" | "utc",
  onRange: ChartProps["onRange"],
): uPlot.Options {
  const style = getComputedStyle(document.documentElement);
  const ink = style.getPropertyValue("--fg-3");
  const line = style.getPropertyValue("--line");
  const axis = { stroke: ink, grid: { stroke: line, width: 1 }, ticks: { stroke: line, width: 1 } };
  return {
    width: element.clientWidth || 600,
    height,
    ...(zone === "utc" && { tzDate: (seconds: number) => uPlot.tzDate(new Date(seconds * 1000), "Etc/UTC") }),
    scales: { y: { range: (_plot, _low, high) => [0, Math.max(1, high * 1.05)] } },
    axes: [axis, axis],
    series: [{}, ...series.map((one) => ({ label: one.name, stroke: inkOf(one.tone), width: 1.5 }))],
    hooks: onRange
      ? {
          setSelect: [
            (plot) => {
              const { left, width } = plot.select;
              if (width > 4) onRange(plot.posToVal(left, "x"), plot.posToVal(left + width, "x"));
            },
          ],
        }
      : {},
  };
}

/** A tone's colour as the canvas takes it: read from an element that wears it. */
function inkOf(tone: Tone): string {
  const probe = document.createElement("span");
  probe.className = `tone-${tone} text-tone-solid`;
  document.body.append(probe);
  const colour = getComputedStyle(probe).color;
  probe.remove();
  return colour;
}
