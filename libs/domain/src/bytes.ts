/** A number of bytes as people read it: `0.4 MiB`, `12.0 GiB`. */
export const bytesInWords = (bytes: number): string =>
  bytes < 2 ** 30 ? `${(bytes / 2 ** 20).toFixed(1)} MiB` : `${(bytes / 2 ** 30).toFixed(1)} GiB`;
