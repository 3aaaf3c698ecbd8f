const LONGEST = 60;

/**
 * The last part of an address for a title: small letters and digits, with hyphens between the words.
 *
 * @param {string} title
 * @returns {string} At most 60 characters; never cut in the middle of a word, unless it is the only one.
 */
function slug(title) {
  const words = title
    .normalize("NFKD")
    .replace(/\p{Mark}/gu, "")
    .toLowerCase()
    .match(/[a-z0-9]+/g);
  if (words === null) {
    throw new RangeError(
      `there is no letter or digit in ${JSON.stringify(title)}`,
    );
  }
  const [first, ...others] = words;
  let made = first.slice(0, LONGEST);
  for (const word of others) {
    if (made.length + 1 + word.length > LONGEST) {
      break;
    }
    made += `-${word}`;
  }
  return made;
}

module.exports = { slug };
