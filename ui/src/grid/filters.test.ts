import { describe, expect, it } from "vitest";
import { type FilterFields, inWords, readFilter, writeFilter } from "./filters";

const FIELDS: FilterFields = { state: "many", url_contains: "text", queue: "one" };

describe("filters in the address", () => {
  it("come back as they were written", () => {
    let search = new URLSearchParams("drawer=7");
    search = writeFilter(search, "state", ["failed", "running"]);
    search = writeFilter(search, "url_contains", "a&b=c %");
    expect(readFilter(new URLSearchParams(search.toString()), FIELDS)).toEqual({
      state: ["failed", "running"],
      url_contains: "a&b=c %",
    });
    expect(search.get("drawer")).toBe("7");
  });

  it("disappear when they are empty", () => {
    const search = writeFilter(new URLSearchParams("state=failed"), "state", []);
    expect(search.toString()).toBe("");
  });

  it("leave out what the list doesn't know", () => {
    expect(readFilter(new URLSearchParams("evil=1&queue=import"), FIELDS)).toEqual({ queue: "import" });
  });

  it("can be said in words", () => {
    expect(inWords({ state: ["failed", "cancelled"], url_contains: "shop" })).toEqual([
      "state = failed or cancelled",
      "url contains shop",
    ]);
  });
});
