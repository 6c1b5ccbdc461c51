// Shorter spellings of names for the map.

const SHORT = [
  [/улица/iu, "ул."], [/проспект/iu, "пр."], [/переулок/iu, "пер."], [/бульвар/iu, "бул."], [/проезд/iu, "пр-д"],
  [/площадь/iu, "пл."], [/набережная/iu, "наб."], [/шоссе/iu, "ш."], [/микрорайон/iu, "мкр."],
];

export function short(name) {
  return SHORT.reduce((text, [word, abbreviation]) => text.replace(word, abbreviation), name);
}

// A name in lines of about so many letters, three at most.
export function wrap(text, wide) {
  const lines = [];
  for (const word of text.split(/\s+/u)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < wide) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines.length > 3 ? [...lines.slice(0, 2), `${lines[2]}…`] : lines;
}
