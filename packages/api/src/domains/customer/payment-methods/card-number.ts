/** Numbers of cards have 12 to 19 digits, and the last one is the check digit of ISO/IEC 7812 (Luhn). */
const DIGITS = /\d(?:[ .-]?\d){11,18}/g;

/** Whether the text has what may be the number of a card in it, however its digits are grouped. */
export function hasCardNumber(text: string): boolean {
  const runs = text.match(DIGITS) ?? [];
  return runs.some((run) => hasCheckDigit(run.replace(/\D/g, '')));
}

function hasCheckDigit(digits: string): boolean {
  const sum = [...digits].reverse().reduce((total, digit, index) => {
    const value = Number(digit) * (index % 2 === 0 ? 1 : 2);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return sum % 10 === 0;
}
