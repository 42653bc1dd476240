// Builds elements.  Every text becomes a text node: nothing in this page is ever parsed as markup.

const SVG = "http://www.w3.org/2000/svg";

// h("a", {class: "x", href: "#/"}, "text", child, [more], null)
export function h(tag, properties, ...children) {
  return filled(document.createElement(tag), properties, children);
}

// The same for elements of SVG.
export function svg(tag, properties, ...children) {
  return filled(document.createElementNS(SVG, tag), properties, children);
}

function filled(element, properties, children) {
  for (const [name, value] of Object.entries(properties ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "vars") for (const [key, v] of Object.entries(value)) element.style.setProperty(key, v);
    else element.setAttribute(name, value === true ? "" : visible(String(value)));
  }
  add(element, children);
  return element;
}

export function add(element, ...children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    element.append(child instanceof Node ? child : visible(String(child)));
  }
  return element;
}

export function replace(element, ...children) {
  element.replaceChildren();
  return add(element, children);
}

// Characters that are not to be seen, or that turn the direction of what follows, shown by their code.
// eslint-disable-next-line no-control-regex
const HIDDEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\uffff]/g;

export function visible(text) {
  return text.replace(HIDDEN, (c) => {
    const code = c.charCodeAt(0);
    return code < 32 ? String.fromCharCode(0x2400 + code) : `⟨U+${code.toString(16).toUpperCase().padStart(4, "0")}⟩`;
  });
}

// Says something to a screen reader.
export function say(text) {
  document.getElementById("said").textContent = text;
}

export function copyButton(text, title = "Copy") {
  const button = h("button", { type: "button", class: "copy", onclick: copy }, title);
  async function copy() {
    const done = await copied(text);
    button.textContent = done ? "Copied" : "Select and copy it by hand";
    say(button.textContent);
    setTimeout(() => (button.textContent = title), 1500);
  }
  return button;
}

async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false; // no permission, or no clipboard for local files
  }
}
