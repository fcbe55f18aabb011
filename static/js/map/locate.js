/** "Where I am": position with its accuracy as a circle, and plain words when it can't be had. */
import { gettext, interpolate } from "../core/i18n.js";
import { length } from "../core/format.js";
import { L } from "../core/leaflet.js";
import { toast } from "../ui/toast.js";

const TOO_VAGUE = 1000;

/** @param {GeolocationPositionError | null} error @returns {string} */
function reason(error) {
  if (!globalThis.isSecureContext || !navigator.geolocation) return gettext("このブラウザでは現在地を使えません。地図を動かして場所を合わせてください。");
  if (error?.code === 1) return gettext("現在地の利用が許可されていません。ブラウザの設定で許可するか、地図を動かして場所を合わせてください。");
  if (error?.code === 3) return gettext("時間内に現在地がわかりませんでした。空の見える場所で、もう一度お試しください。");
  return gettext("いまは現在地がわかりません。地図を動かして場所を合わせてください。");
}

/** @returns {Promise<GeolocationPosition>} */
function position() {
  return new Promise((resolve, reject) => {
    if (!globalThis.isSecureContext || !navigator.geolocation) reject(null);
    else navigator.geolocation.getCurrentPosition(resolve, reject, { enableHighAccuracy: true, timeout: 10000, maximumAge: 15000 });
  });
}

export class Locator {
  /** @param {import("./map.js").ProjectMap} map */
  constructor(map) {
    this.map = map;
    this.group = L.layerGroup().addTo(map.leaflet);
    /** Metres of the last position, null before one was had. */
    this.accuracy = null;
  }

  /** Ask once, draw, and bring it under the focus. @returns {Promise<boolean>} */
  async find() {
    try {
      const { coords } = await position();
      this.#show(coords);
      return true;
    } catch (error) {
      toast(reason(error), { seconds: 8 });
      return false;
    }
  }

  #show({ latitude, longitude, accuracy }) {
    this.accuracy = Math.round(accuracy);
    const place = L.latLng(latitude, longitude);
    this.group.clearLayers();
    L.circle(place, { radius: accuracy, className: "locate-circle", interactive: false, weight: 1.5 }).addTo(this.group);
    L.circleMarker(place, { radius: 8, className: "locate-dot", interactive: false, weight: 3, fillOpacity: 1 }).addTo(this.group);
    this.map.moveTo(place, Math.max(this.map.zoom, accuracy > TOO_VAGUE ? 14 : 16));
    const words = accuracy > TOO_VAGUE ? gettext("現在地はおおよそです（誤差 約%(metres)s）。地図を動かして合わせてください。") : gettext("現在地（誤差 約%(metres)s）");
    toast(interpolate(words, { metres: length(accuracy) }));
    if (!this.map.areaBounds.contains(place)) toast(gettext("いまいる場所は、このプロジェクトの対象範囲の外です。"), { seconds: 7 });
  }
}
