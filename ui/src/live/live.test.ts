import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { live } from "./live";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function heard(topic: string) {
  const calls: (string[] | undefined)[] = [];
  const stop = live.on(topic, (ids) => calls.push(ids && [...ids]));
  return { calls, stop };
}

it("tells of what came close together once", () => {
  const { calls, stop } = heard("jobs");
  live.hear({ topic: "jobs", ids: ["1"] });
  live.hear({ topic: "jobs", ids: ["2", "1"] });
  vi.advanceTimersByTime(1_000);
  expect(calls).toEqual([["1", "2"]]);
  stop();
});

it("holds news back while rows are being chosen, and tells them after", () => {
  const { calls, stop } = heard("pages");
  const release = live.hold();
  live.hear({ topic: "pages", ids: ["7"] });
  vi.advanceTimersByTime(5_000);
  expect(calls).toEqual([]);
  expect(live.state).toBe("held");
  release();
  expect(calls).toEqual([["7"]]);
  stop();
});

it("asks for a whole topic when the news don't say which rows", () => {
  const { calls, stop } = heard("stats");
  live.hear({ topic: "stats", ids: ["1"] });
  live.hear({ topic: "stats" });
  vi.advanceTimersByTime(1_000);
  expect(calls).toEqual([undefined]);
  stop();
});
