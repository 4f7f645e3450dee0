// Spelling made comparable: no capitals, accents, ligatures or hyphens, "st" read as "saint".
export function fold(text) {
  return text
    .toLowerCase()
    .replace(/œ/g, "oe")
    .replace(/æ/g, "ae")
    .normalize("NFD")
    .replace(/\p{Mn}/gu, "")
    .replace(/[^a-z0-9]+/g, " ")
    .replace(/\b(ste|sainte)\b/g, "sainte")
    .replace(/\b(st|saint)\b/g, "saint")
    .trim();
}

// Every word of the query must begin a word of the text.
export function matches(text, query) {
  const words = ` ${fold(text)}`;
  return fold(query)
    .split(" ")
    .every((word) => words.includes(` ${word}`));
}
