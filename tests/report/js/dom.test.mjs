import { test } from "node:test";
import assert from "node:assert/strict";
import { visible } from "./dom.js";
import { quoted } from "./words.js";

test("what cannot be seen, or turns what follows, is shown by its code", () => {
  assert.equal(visible("a\u0000b\u202ec\u200bd"), "a␀b⟨U+202E⟩c⟨U+200B⟩d");
  assert.equal(visible("line\none\ttab"), "line\none\ttab");
});

test("a word for the shell keeps its quotes apart", () => {
  assert.equal(quoted("a'; rm -rf /"), String.raw`'a'\''; rm -rf /'`);
});
