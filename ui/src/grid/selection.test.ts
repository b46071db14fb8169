import { describe, expect, it } from "vitest";
import { NOTHING, type SelectionStep, select, selectorOf } from "./selection";

const ORDER = ["a", "b", "c", "d", "e"];

function ticked(...steps: SelectionStep[]) {
  return steps.reduce(select, NOTHING);
}

function ids(...steps: SelectionStep[]) {
  const selection = ticked(...steps);
  return selection.kind === "rows" ? [...selection.ids].sort().join("") : "matching";
}

describe("selection", () => {
  it("ticks and unticks a row", () => {
    expect(ids({ do: "toggle", id: "b" })).toBe("b");
    expect(ids({ do: "toggle", id: "b" }, { do: "toggle", id: "b" })).toBe("");
  });

  it("extends from the last ticked row, in both directions", () => {
    expect(ids({ do: "toggle", id: "b" }, { do: "extend", id: "d", order: ORDER })).toBe("bcd");
    expect(ids({ do: "toggle", id: "d" }, { do: "extend", id: "b", order: ORDER })).toBe("bcd");
  });

  it("ticks a row alone when there is nothing to extend from", () => {
    expect(ids({ do: "extend", id: "c", order: ORDER })).toBe("c");
  });

  it("ticks all loaded rows, and unticks them the second time", () => {
    expect(ids({ do: "loaded", order: ORDER })).toBe("abcde");
    expect(ids({ do: "loaded", order: ORDER }, { do: "loaded", order: ORDER })).toBe("");
  });

  it("keeps rows that scrolled away, and drops those that are gone", () => {
    const steps: SelectionStep[] = [
      { do: "loaded", order: ["a", "b"] },
      { do: "keep", ids: new Set(["b", "c"]) },
    ];
    expect(ids(...steps)).toBe("b");
  });

  it("speaks of ids or of the filter, never of both", () => {
    expect(selectorOf(ticked({ do: "toggle", id: "a" }), { state: "failed" })).toEqual({ ids: ["a"] });
    expect(selectorOf(ticked({ do: "matching" }), { state: "failed" })).toEqual({ filter: { state: "failed" } });
  });

  it("says so when everything is meant", () => {
    expect(selectorOf(ticked({ do: "matching" }), {})).toEqual({ filter: {}, all: true });
  });
});
