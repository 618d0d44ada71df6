const SMALL = [
  'zero',
  'one',
  'two',
  'three',
  'four',
  'five',
  'six',
  'seven',
  'eight',
  'nine',
  'ten',
  'eleven',
  'twelve',
  'thirteen',
  'fourteen',
  'fifteen',
  'sixteen',
  'seventeen',
  'eighteen',
  'nineteen',
];
const TENS = ['', '', 'twenty', 'thirty', 'forty', 'fifty', 'sixty', 'seventy', 'eighty', 'ninety'];

/** 0–999 in English words, as Python's num2words spells them: `one hundred and twenty-one`. */
export function numberWords(value: number): string {
  if (value < 20) return SMALL[value] ?? String(value);
  if (value < 100) return [TENS[Math.floor(value / 10)], ...rest(value % 10)].join('-');
  return [`${SMALL[Math.floor(value / 100)]} hundred`, ...rest(value % 100)].join(' and ');
}

function rest(value: number): string[] {
  return value === 0 ? [] : [numberWords(value)];
}
