/** Workers report every two seconds; a heartbeat that changes nothing makes no event. */
export const heartbeatMs = 4000;
