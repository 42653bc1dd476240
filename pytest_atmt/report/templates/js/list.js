// A list of which only the rows in sight exist, so that 50,000 are as quick as 50.
import { h } from "./dom.js";

const SPARE = 12; // rows above and below the window, so that scrolling and tabbing meet no gap

// `row(thing, n)` builds an element; all rows are `height` pixels high.
export function virtualList(things, height, row, { label, role = "list", head = null } = {}) {
  const inner = h("div", { class: "rows", role: "presentation", vars: { "--rows": things.length, "--row": `${height}px` } });
  const box = h("div", { class: "virtual", role, "aria-label": label, tabindex: "0" }, head, inner);
  if (role === "table") box.setAttribute("aria-rowcount", String(things.length + (head ? 1 : 0)));
  const above = () => head?.offsetHeight ?? 0;
  let shown = [-1, -1];

  function draw(all = false) {
    const room = box.clientHeight || 600;
    const top = Math.max(0, box.scrollTop - above());
    const first = all ? 0 : Math.max(0, Math.floor(top / height) - SPARE);
    const last = all ? things.length : Math.min(things.length, Math.ceil((top + room) / height) + SPARE);
    if (first === shown[0] && last === shown[1]) return;
    shown = [first, last];
    const rows = [];
    for (let n = first; n < last; n++) {
      const element = row(things[n], n);
      element.style.setProperty("--n", n);
      if (role === "list") element.setAttribute("role", "listitem");
      else element.setAttribute("aria-rowindex", String(n + 1 + (head ? 1 : 0)));
      rows.push(element);
    }
    const focused = box.contains(document.activeElement) ? document.activeElement?.dataset.key : null;
    inner.replaceChildren(...rows);
    if (focused) inner.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
  }

  box.addEventListener("scroll", () => requestAnimationFrame(() => draw()), { passive: true });
  box.addEventListener("keydown", (event) => {
    const steps = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 };
    if (!(event.key in steps) || event.ctrlKey || event.metaKey || event.altKey) return;
    const here = document.activeElement?.closest?.("[data-key]");
    const n = here ? Number(here.closest("[data-n]").dataset.n) + steps[event.key] : shown[0] + SPARE * (shown[0] > 0);
    if (n < 0 || n >= things.length) return;
    event.preventDefault();
    reveal(n);
    inner.querySelector(`[data-n="${n}"]`)?.querySelector("[data-key]")?.focus({ preventScroll: true });
  });

  function reveal(n) {
    const end = above() + (n + 1) * height;
    if (n * height < box.scrollTop) box.scrollTop = n * height;
    else if (end > box.scrollTop + box.clientHeight) box.scrollTop = end - box.clientHeight;
    draw();
  }

  draw(); // a screenful at once, the right number as soon as its size is known
  new ResizeObserver(() => draw()).observe(box);
  window.addEventListener("beforeprint", () => box.isConnected && draw(things.length <= 2000));
  return { node: box, reveal };
}
