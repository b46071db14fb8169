import { describe, expect, it } from "vitest";
import { check, pruned } from "./check";
import { gaps, type Schema, shapeOf } from "./schema";

const SELECTOR: Schema = {
  oneOf: [
    {
      title: "ids",
      type: "object",
      properties: { ids: { type: "array", items: { type: "string", format: "uuid" } } },
    },
    { title: "filter", type: "object", properties: { filter: { $ref: "#/components/schemas/JobFilter" } } },
  ],
};
const ROOT: Schema = {
  type: "object",
  required: ["queue", "selector"],
  properties: {
    queue: { type: "string", pattern: "^[a-z_]+$" },
    priority: { type: ["integer", "null"], minimum: 0, maximum: 9 },
    selector: SELECTOR,
    labels: { type: "object", additionalProperties: { type: "string" } },
    format: { enum: ["csv", "jsonl"] },
  },
  $defs: { JobFilter: { type: "object", properties: { states: { type: "array", items: { enum: ["failed"] } } } } },
};

describe("schemas", () => {
  it("are shown without gaps", () => {
    expect(gaps(ROOT)).toEqual([]);
  });

  it("tell what only raw JSON could fill", () => {
    expect(gaps({ type: "object", properties: { any: {} } })).toEqual(["/any"]);
  });

  it("lose their null", () => {
    expect(shapeOf({ type: ["integer", "null"] }, {})).toEqual({ kind: "number", whole: true });
    expect(shapeOf({ oneOf: [{ type: "null" }, { type: "string" }] }, {}).kind).toBe("text");
  });
});

describe("values", () => {
  it("are missed at their pointers", () => {
    expect(Object.keys(check({}, ROOT))).toEqual(["/queue", "/selector"]);
  });

  it("are held to their ranges and patterns", () => {
    const errors = check({ queue: "Bad Name", priority: 12, selector: { ids: ["a"] } }, ROOT);
    expect(errors).toEqual({ "/queue": "Must match ^[a-z_]+$", "/priority": "At most 9" });
  });

  it("are sent without what was left empty", () => {
    expect(pruned({ queue: "scrape", reason: "", filter: { states: [], more: { x: undefined } } })).toEqual({
      queue: "scrape",
    });
  });
});
