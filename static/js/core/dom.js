/** Small helpers around the DOM. Texts always become text nodes, never markup. */

const SVG = "http://www.w3.org/2000/svg";

/** @param {string} id @returns {HTMLElement | null} */
export const byId = (id) => document.getElementById(id);

/** @param {string} selector @param {ParentNode} [root] @returns {HTMLElement | null} */
export const find = (selector, root = document) => root.querySelector(selector);

/** @param {string} selector @param {ParentNode} [root] @returns {HTMLElement[]} */
export const findAll = (selector, root = document) => [...root.querySelectorAll(selector)];

/**
 * @param {Element} element @param {string} name @param {unknown} value
 */
function setProperty(element, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (name === "class") element.setAttribute("class", String(value));
  else if (name === "dataset") Object.assign(element.dataset, value);
  else if (name === "style") for (const [key, v] of Object.entries(value)) element.style.setProperty(key, v);
  else if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
  else if (name in element && typeof value !== "string") element[name] = value;
  else element.setAttribute(name, value === true ? "" : String(value));
}

/** @param {Element} parent @param {unknown[]} children */
function append(parent, children) {
  for (const child of children.flat(3)) {
    if (child === null || child === undefined || child === false) continue;
    parent.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
}

/**
 * Make an element: `h("p", {class: "meta", onclick: f}, "text", child)`.
 * @param {string} tag
 * @param {Record<string, unknown> | null} [properties]
 * @param {...unknown} children
 * @returns {HTMLElement}
 */
export function h(tag, properties = null, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties ?? {})) setProperty(element, name, value);
  append(element, children);
  return element;
}

/**
 * The same for SVG elements.
 * @param {string} tag
 * @param {Record<string, unknown> | null} [attributes]
 * @param {...unknown} children
 * @returns {SVGElement}
 */
export function s(tag, attributes = null, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes ?? {})) element.setAttribute(name, String(value));
  append(element, children);
  return element;
}

/**
 * An icon of the sprite, invisible to screen readers.
 * @param {string} name @param {string} [extra] class names @returns {SVGElement}
 */
export function icon(name, extra = "") {
  const sprite = document.documentElement.dataset.icons ?? "";
  const use = s("use", { href: `${sprite}#icon-${name}` });
  return s("svg", { class: `icon ${extra}`.trim(), "aria-hidden": "true" }, use);
}

/** Replace what an element holds. @param {Element} element @param {...unknown} children */
export function fill(element, ...children) {
  element.replaceChildren();
  append(element, children);
  return element;
}

/** What a `json_script` island holds. @param {string} id @returns {any} */
export function island(id) {
  const element = byId(id);
  return element ? JSON.parse(element.textContent ?? "null") : null;
}
