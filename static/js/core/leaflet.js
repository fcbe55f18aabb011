/** Leaflet 1.9 comes as a classic script before the entry module; its plugins want the global. */
export const L = globalThis.L;
