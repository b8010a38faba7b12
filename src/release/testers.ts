export interface NameAndValue {
  readonly name: string;
  readonly value: string;
}

/** Who gets the canary at any weight: requests with this header, or with this cookie. */
export interface Testers {
  readonly header?: NameAndValue;
  readonly cookie?: NameAndValue;
}
