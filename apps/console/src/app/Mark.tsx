/** The ratchet's teeth: up, never down. */
export const Mark = ({ size }: { size: number }) => (
  <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
    <rect width="32" height="32" rx="7" fill="#0b6e69" />
    <path
      d="M6 24h6v-6h6v-6h8"
      fill="none"
      stroke="#fff"
      strokeWidth="3"
      strokeLinecap="round"
      strokeLinejoin="round"
    />
    <circle cx="26" cy="12" r="2.6" fill="#ffc857" />
  </svg>
);
