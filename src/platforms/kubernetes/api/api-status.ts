import { ApiError, type ApiResponse } from './cluster.js';

/** metav1.Status, as far as we read it (apimachinery `pkg/apis/meta/v1/types.go`). */
interface Status {
  readonly kind?: unknown;
  readonly code?: unknown;
  readonly reason?: unknown;
  readonly message?: unknown;
}

/** Names for answers that carry no reason of their own, as a proxy or load balancer in front gives them. */
const REASONS: Readonly<Record<number, string>> = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  409: 'Conflict',
  410: 'Expired',
  422: 'Invalid',
  429: 'TooManyRequests',
  500: 'InternalError',
  502: 'BadGateway',
  503: 'ServiceUnavailable',
  504: 'Timeout',
};

/** What the API server says about a request that it did not carry out. */
export function apiError(request: string, { status, body }: Pick<ApiResponse, 'status' | 'body'>): ApiError {
  const said = readStatus(body);
  const reason = typeof said?.reason === 'string' && said.reason !== '' ? said.reason : (REASONS[status] ?? 'Unknown');
  const message = typeof said?.message === 'string' && said.message !== '' ? said.message : body.trim().slice(0, 300);
  return new ApiError(status, reason, `${request}: ${message || `HTTP ${status}`} (${status} ${reason})`);
}

/** The error in a watch's ERROR event, whose object is a Status. */
export function watchError(request: string, object: unknown): ApiError {
  const { code } = (object ?? {}) as Status;
  return apiError(request, { status: typeof code === 'number' ? code : 500, body: JSON.stringify(object ?? {}) });
}

/** @returns the Status in a body, or undefined when the body is something else */
export function readStatus(body: string): Status | undefined {
  try {
    const value = JSON.parse(body) as Status | null;
    return value?.kind === 'Status' ? value : undefined;
  } catch {
    return undefined;
  }
}
