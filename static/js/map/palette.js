/** Colours of categories: eight at most; the rest share grey, and the chosen one of them lights up. */

export const MOST_COLOURS = 8;
export const GREY = "#6f7078";
export const LIT = "#0b6e7f";
const LIGHT_COLOURS = new Set(["#56b4e9", "#e69f00", "#cc79a7", "#f0e442"]);

/** Ink that reads on a colour. @param {string} colour @returns {string} */
export function inkOn(colour) {
  return LIGHT_COLOURS.has(colour.toLowerCase()) ? "#1a1a1c" : "#ffffff";
}

/**
 * Categories by slug, each with the colour in which it is drawn.
 * @param {{slug: string, name: string, icon: string, colour: string}[]} categories
 * @param {string[]} [lit] slugs chosen in legend or filter
 * @returns {Map<string, {slug: string, name: string, icon: string, colour: string, ink: string}>}
 */
export function palette(categories, lit = []) {
  return new Map(categories.map((category, i) => {
    const isGrey = i >= MOST_COLOURS;
    const colour = isGrey ? (lit.includes(category.slug) ? LIT : GREY) : category.colour;
    return [category.slug, { ...category, colour, ink: inkOn(colour) }];
  }));
}

/** What stands for a voice without a category. */
export const NO_CATEGORY = { slug: "", name: "", icon: "voice", colour: GREY, ink: "#ffffff" };
