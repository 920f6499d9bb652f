/** Words that people make a password of by adding what a rule asks for. */
const WORDS = `
password passw0rd p@ssword p@ssw0rd pa$$word pa$$w0rd pa55word pa55w0rd passwort motdepasse contrasena kennwort
welcome w3lcome willkommen letmein changeme default secret s3cret geheim iloveyou ilovegod qwerty qwertz azerty asdfgh
admin administrator adm1n root toor guest user demo test testing temp login master server shop store webshop cartwright
spring summer autumn winter fall sunshine football baseball soccer superman batman dragon monkey shadow princess
monday friday january february march april june july august september october november december
`
  .trim()
  .split(/\s+/);

const ENDINGS = `
1 12 123 1234 12345 123456 ! !! 1! 12! 123! 1234! @1 @12 @123 @1234 #1 #123 01 007 69 99 00
2018 2019 2020 2021 2022 2023 2024 2025 2026 2027 2018! 2019! 2020! 2021! 2022! 2023! 2024! 2025! 2026! 2027!
@2020 @2021 @2022 @2023 @2024 @2025 @2026 @2027 20 21 22 23 24 25 26 27
`
  .trim()
  .split(/\s+/);

/** As `NewPassword` has it: a shorter one is refused anyway. */
const MIN_LENGTH = 8;

/** Guessed first by everybody who guesses, beside what is in `common-passwords.txt`. Lower-case. */
export const commonPasswords: readonly string[] = WORDS.flatMap((word) => [
  word,
  word + word,
  ...ENDINGS.map((ending) => word + ending),
]).filter((each) => each.length >= MIN_LENGTH);
