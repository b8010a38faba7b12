/** Pods that one fake node takes. */
export const podsPerNode = 250;

/** Pod addresses: node N (from 0) has 10.244.N.0/24. The address that has been free for longest is given out first. */
export class Addresses {
  readonly #free: string[][];

  constructor(nodes: number) {
    const hosts = Array.from({ length: podsPerNode }, (_, index) => index + 2);
    this.#free = Array.from({ length: nodes }, (_, node) => hosts.map((host) => `10.244.${node}.${host}`));
  }

  take(node: number): string {
    const address = this.#free[node]?.shift();
    if (address === undefined) throw new Error(`Node ${node} has no address left.`);
    return address;
  }

  give(address: string): void {
    this.#free[Number(address.split('.')[2])]?.push(address);
  }
}
