import { test } from "node:test";
import assert from "node:assert/strict";
import { between, clock, command, cut, date, many, natural, percent, seconds } from "./words.js";

test("one thing is no several", () => {
  assert.equal(many(1, "test"), "1 test");
  assert.equal(many(1234, "pass", "passes"), "1,234 passes");
});

test("times have the unit that suits them", () => {
  assert.deepEqual([0, 2e-5, 0.0042, 0.25, 2.5, 61, 125].map(seconds), ["0 s", "20 µs", "4.2 ms", "250 ms", "2.50 s", "61.0 s", "2 min 5 s"]);
  assert.equal(clock(1), "1.0000");
});

test("a date that is none stays as it is", () => {
  assert.equal(date("2026-11-22T12:00:00+00:00"), "2026-11-22 12:00 UTC");
  assert.equal(date("yesterday"), "yesterday");
  assert.equal(between("x", "y"), "");
});

test("words of a command are quoted for a shell", () => {
  assert.equal(command(["pytest", "a b", "it's", "x[1]"]), String.raw`pytest 'a b' 'it'\''s' 'x[1]'`);
});

test("a share is never rounded up to all", () => {
  assert.equal(percent(999, 1000), 99);
  assert.equal(percent(0, 0), 0);
});

test("sections sort as people count", () => {
  assert.deepEqual(["4.10", "4.2", "10"].sort(natural), ["4.2", "4.10", "10"]);
});

test("long text is cut, and says so", () => {
  assert.equal(cut("abcdef", 3), "abc…");
});
