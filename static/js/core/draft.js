/**
 * The voice being written, kept on this device so that a reload, a lost network or an empty battery
 * loses nothing; and the voices that this device sent, with the keys that manage them.
 */

const DRAFT = "koemap.draft.";
const MINE = "koemap.mine.";

/** 128 random bits as 22 characters of base64url. @returns {string} */
export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** A random UUID; also where `crypto.randomUUID` is missing (plain http). @returns {string} */
export function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/**
 * @typedef {{client_id: string, manage_key: string, step: string, drawing: object | null,
 *   category: string, text: string, answers: object, context: object, saved_at: number}} Draft
 */

/** An empty draft. The identity is made with it, so that a voice sent twice is stored once. @returns {Draft} */
export function newDraft() {
  return {
    client_id: newId(), manage_key: newKey(), step: "place", drawing: null,
    category: "", text: "", answers: {}, context: {}, saved_at: 0,
  };
}

/** Storage that never throws: private windows and full disks only lose the comfort. */
class Shelf {
  /** @param {Storage | undefined} storage */
  constructor(storage) {
    this.storage = storage;
  }

  /** @param {string} key @param {any} fallback */
  read(key, fallback) {
    try {
      return JSON.parse(this.storage?.getItem(key) ?? "null") ?? fallback;
    } catch {
      return fallback;
    }
  }

  /** @param {string} key @param {any} value @returns {boolean} whether it was kept */
  write(key, value) {
    try {
      if (value === null) this.storage?.removeItem(key);
      else this.storage?.setItem(key, JSON.stringify(value));
      return Boolean(this.storage);
    } catch {
      return false;
    }
  }
}

/** Own voices of every project on this device, newest first. @param {Storage} [storage] @returns {any[]} */
export function allMine(storage = safeStorage()) {
  const shelf = new Shelf(storage);
  const keys = Object.keys(storage ?? {}).filter((key) => key.startsWith(MINE));
  return keys.flatMap((key) => shelf.read(key, []).map((voice) => ({ ...voice, slug: key.slice(MINE.length) })))
    .toSorted((a, b) => (b.at ?? 0) - (a.at ?? 0));
}

/** Drafts and own voices of one project. */
export class Drafts {
  /** @param {string} slug @param {Storage} [storage] */
  constructor(slug, storage = safeStorage()) {
    this.slug = slug;
    this.shelf = new Shelf(storage);
  }

  /** @returns {Draft | null} */
  load() {
    const draft = this.shelf.read(DRAFT + this.slug, null);
    return draft?.client_id && draft?.manage_key ? { ...newDraft(), ...draft } : null;
  }

  /** @param {Draft} draft @returns {boolean} */
  save(draft) {
    draft.saved_at = Date.now();
    return this.shelf.write(DRAFT + this.slug, draft);
  }

  drop() {
    this.shelf.write(DRAFT + this.slug, null);
  }

  /** Voices sent from this device: `{id, key, state, feature}`. @returns {any[]} */
  mine() {
    return this.shelf.read(MINE + this.slug, []);
  }

  /** @param {any} voice */
  remember(voice) {
    this.shelf.write(MINE + this.slug, [voice, ...this.mine().filter(({ id }) => id !== voice.id)].slice(0, 100));
  }

  /** @param {number} id */
  forget(id) {
    this.shelf.write(MINE + this.slug, this.mine().filter((voice) => voice.id !== id));
  }
}

/** @returns {Storage | undefined} */
function safeStorage() {
  try {
    return globalThis.localStorage;
  } catch {
    return undefined;
  }
}
