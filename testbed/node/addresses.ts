/** Pods that one fake node takes. */
export const podsPerNode = 250;

const spareBlock = 255;

/** Pod addresses: node N (from 0) has 10.244.N.0/24. The address that has been free for longest is given out first. */
export class Addresses {
  readonly #free = new Map<number, string[]>();

  constructor(nodes: number) {
    for (const block of [...Array(nodes).keys(), spareBlock]) {
      this.#free.set(
        block,
        Array.from({ length: podsPerNode }, (_, index) => `10.244.${block}.${index + 2}`),
      );
    }
  }

  take(node: number): string {
    // The scheduler may fill a node anew a moment before we have taken the last pod's address back.
    const address = this.#free.get(node)?.shift() ?? this.#free.get(spareBlock)?.shift();
    if (address === undefined) throw new Error(`Node ${node} has no address left.`);
    return address;
  }

  give(address: string): void {
    this.#free.get(Number(address.split('.')[2]))?.push(address);
  }
}
