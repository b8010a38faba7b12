/** Something about the bed that the person at the keyboard can mend; shown without a stack. */
export class BedError extends Error {
  override readonly name = 'BedError';
}
