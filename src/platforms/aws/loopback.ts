/** Whether a host of a URL is the own machine: what is sent there in the clear passes nobody. */
export const isLoopback = (hostname: string): boolean =>
  hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
