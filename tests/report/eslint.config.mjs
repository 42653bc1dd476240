// The page's scripts: for current browsers, without any library.
import js from "@eslint/js";

const BROWSER = ["addEventListener", "atob", "Blob", "CSS", "DecompressionStream", "document", "history", "localStorage", "location", "matchMedia", "navigator", "Node", "queueMicrotask", "requestAnimationFrame", "ResizeObserver", "Response", "scrollTo", "setTimeout", "TextDecoder", "TextEncoder", "URL", "URLSearchParams", "window"];

export default [
  js.configs.recommended,
  {
    languageOptions: { ecmaVersion: 2023, sourceType: "module", globals: Object.fromEntries(BROWSER.map((name) => [name, "readonly"])) },
    rules: { eqeqeq: "error", "no-var": "error", "prefer-const": "error", "no-shadow": "off", "no-restricted-properties": ["error", { property: "innerHTML" }, { property: "outerHTML" }, { property: "insertAdjacentHTML" }] },
  },
];
