/** The only door to the server: JSON in, JSON out, problem details as errors. */
import { gettext } from "./i18n.js";

/** An answer that isn't 2xx, or no answer at all (status 0). */
export class ApiError extends Error {
  /**
   * @param {number} status @param {string} code @param {string} title @param {string} detail
   * @param {Record<string, any>} [members]
   */
  constructor(status, code, title, detail, members = {}) {
    super(detail || title || code);
    Object.assign(this, { name: "ApiError", status, code, title, detail, members });
  }

  /** No answer came: the network, not the server. */
  get isOffline() {
    return this.status === 0;
  }
}

/** @returns {string} the token Django wants with every unsafe request */
function csrfToken() {
  const cookie = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
  const field = document.querySelector("input[name=csrfmiddlewaretoken]");
  return cookie ? decodeURIComponent(cookie[1]) : (field?.value ?? "");
}

/** @param {Response} response @returns {Promise<ApiError>} */
async function problem(response) {
  const body = await response.json().catch(() => ({}));
  const code = String(body.type ?? "").split("/").pop() || String(response.status);
  const detail = body.detail || gettext("うまくいきませんでした。少し待ってから、もう一度お試しください。");
  const wait = response.headers.get("Retry-After");
  return new ApiError(response.status, code, body.title ?? "", detail, { ...body, retry_after: wait });
}

/** For this long after a write of our own, answers kept by the browser are asked about again. */
const FRESH_FOR = 40000;
let wroteAt = -Infinity;

/**
 * @param {string} method @param {string} url @param {unknown} [body]
 * @param {{signal?: AbortSignal}} [options] @returns {Promise<any>}
 */
async function send(method, url, body, options = {}) {
  const headers = { Accept: "application/json", "Accept-Language": document.documentElement.lang };
  if (method !== "GET") headers["X-CSRFToken"] = csrfToken();
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const isFresh = method === "GET" && performance.now() - wroteAt < FRESH_FOR;
  if (method !== "GET") wroteAt = performance.now();
  let response;
  try {
    response = await fetch(url, {
      method, headers, credentials: "same-origin", signal: options.signal, cache: isFresh ? "no-cache" : "default",
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new ApiError(0, "offline", "", gettext("電波がとどいていないようです。"));
  }
  if (!response.ok) throw await problem(response);
  return response.status === 204 ? null : response.json();
}

/**
 * @param {string} url @param {Record<string, unknown>} [query]
 * @param {{signal?: AbortSignal}} [options] @returns {Promise<any>}
 */
export function get(url, query = {}, options = {}) {
  const pairs = Object.entries(query).filter(([, value]) => value !== null && value !== undefined && value !== "");
  const search = new URLSearchParams(pairs.map(([key, value]) => [key, String(value)])).toString();
  return send("GET", search ? `${url}${url.includes("?") ? "&" : "?"}${search}` : url, undefined, options);
}

/** @param {string} url @param {unknown} [body] @param {{signal?: AbortSignal}} [options] */
export const post = (url, body = {}, options = {}) => send("POST", url, body, options);

/** @param {string} url @param {unknown} body */
export const patch = (url, body) => send("PATCH", url, body);

/** @param {string} url */
export const remove = (url) => send("DELETE", url);
