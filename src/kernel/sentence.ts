/** A question has its mark; anything else gets its full stop. */
export const asSentence = (text: string): string => (/[.?!]$/.test(text) ? text : `${text}.`);
