/** An answer of the API server that is not 2xx. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;

  constructor(request: string, status: number, message: string) {
    super(`${request}: ${status} ${message}`);
    this.status = status;
  }
}
