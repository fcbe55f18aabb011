/** Clusters: counting categories while points come together, and the ring's arcs. */

/**
 * Options for supercluster that carry counts by category index.
 * @param {number} categories how many there are
 */
export function countingOptions(categories) {
  return {
    map: ({ category }) => {
      const counts = new Array(categories + 1).fill(0);
      counts[category < 0 ? categories : category] = 1;
      return { counts };
    },
    reduce: (all, some) => {
      all.counts = all.counts.map((count, i) => count + some.counts[i]);
    },
  };
}

/**
 * Counts with those of one colour put together under the first of them, so that categories which
 * share grey make one arc.
 * @param {number[]} counts by category index @param {{colour: string}[]} colours by category index
 * @returns {number[]}
 */
export function byColour(counts, colours) {
  const first = counts.map((_, index) => colours.findIndex(({ colour }) => colour === colours[index].colour));
  return counts.map((_, index) => counts.reduce((sum, count, other) => (first[other] === index ? sum + count : sum), 0));
}

/**
 * Arcs of a ring in hundredths of its length, biggest share first, gaps between them.
 * @param {number[]} counts by category index @returns {{index: number, start: number, length: number}[]}
 */
export function arcs(counts) {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const shown = counts.map((count, index) => ({ count, index })).filter(({ count }) => count > 0);
  shown.sort((a, b) => b.count - a.count || a.index - b.index);
  const gap = shown.length > 1 ? 1.2 : 0;
  let start = 0;
  return shown.map(({ count, index }) => {
    const share = (count / total) * 100;
    const arc = { index, start: start + gap / 2, length: Math.max(share - gap, 0.4) };
    start += share;
    return arc;
  });
}

/** Width of a cluster in pixels. @param {number} count @returns {number} */
export function clusterSize(count) {
  if (count < 15) return 44;
  if (count < 40) return 50;
  return count < 1000 ? 58 : 66;
}
