import { useEffect, useState } from 'react';
import { Tooltip } from '@mui/material';
import { formatAgo } from './format';

/** A moment relative to now, kept current; the exact time on hover and for assistive technology. */
export function Ago({ at }: { at: string | null | undefined }) {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 15_000);
    return () => clearInterval(timer);
  }, []);
  if (!at) return <>–</>;
  return (
    <Tooltip title={new Date(at).toLocaleString()}>
      <time dateTime={at} style={{ whiteSpace: 'nowrap' }}>
        {formatAgo(Date.parse(at), Math.max(now, Date.parse(at)))}
      </time>
    </Tooltip>
  );
}
