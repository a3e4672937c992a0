import { Box } from '@mui/material';

interface ThumbnailImageProps {
  sha256: string;
  alt: string;
  /** Shows the pixels of a small image instead of smoothing them. */
  pixelated?: boolean;
}

/** A stored image, small and square, loaded when it comes into view. */
export const ThumbnailImage = ({ sha256, alt, pixelated }: ThumbnailImageProps) => (
  <Box
    component="img"
    loading="lazy"
    src={`/api/images/${sha256}/thumbnail?size=96`}
    alt={alt}
    sx={{
      display: 'block',
      width: '100%',
      aspectRatio: '1',
      objectFit: 'contain',
      bgcolor: 'action.hover',
      borderRadius: 1,
      border: 1,
      borderColor: 'divider',
      imageRendering: pixelated ? 'pixelated' : 'auto',
    }}
  />
);
