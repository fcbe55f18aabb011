/** Something that others can listen to: `on`, `off`, `fire`. */
export class Events {
  #listeners = new Map();

  /** @param {string} name @param {(detail: any) => void} listener @returns {this} */
  on(name, listener) {
    if (!this.#listeners.has(name)) this.#listeners.set(name, new Set());
    this.#listeners.get(name).add(listener);
    return this;
  }

  /** @param {string} name @param {(detail: any) => void} listener @returns {this} */
  off(name, listener) {
    this.#listeners.get(name)?.delete(listener);
    return this;
  }

  /** @param {string} name @param {any} [detail] @returns {this} */
  fire(name, detail) {
    for (const listener of [...(this.#listeners.get(name) ?? [])]) listener(detail);
    return this;
  }
}

/**
 * Call `deed` once things have been quiet for `wait` milliseconds.
 * @template {(...args: any[]) => void} F
 * @param {F} deed @param {number} wait @returns {(...args: Parameters<F>) => void}
 */
export function debounce(deed, wait) {
  let timer = 0;
  return (...args) => {
    clearTimeout(timer);
    timer = setTimeout(() => deed(...args), wait);
  };
}
