import { useState, type DragEvent, type ReactNode } from 'react';
import { Box, Typography } from '@mui/material';

interface DropZoneProps {
  label: string;
  hint: ReactNode;
  accept: string;
  disabled?: boolean;
  onFile: (file: File) => void;
}

/** A file by drag and drop, by click or by keyboard. */
export function DropZone({ label, hint, accept, disabled = false, onFile }: DropZoneProps) {
  const [over, setOver] = useState(false);
  const drag = (event: DragEvent, entering: boolean) => {
    event.preventDefault();
    setOver(entering && !disabled);
  };
  return (
    <Box
      component="label"
      onDragOver={(event: DragEvent) => drag(event, true)}
      onDragLeave={(event: DragEvent) => drag(event, false)}
      onDrop={(event: DragEvent) => {
        drag(event, false);
        const [file] = event.dataTransfer.files;
        if (file && !disabled) onFile(file);
      }}
      sx={{
        display: 'block',
        p: 4,
        textAlign: 'center',
        borderRadius: 1,
        border: '2px dashed',
        borderColor: over ? 'primary.main' : 'divider',
        bgcolor: over ? 'action.hover' : 'transparent',
        cursor: disabled ? 'default' : 'pointer',
        '&:focus-within': { borderColor: 'primary.main' },
        '&:hover': disabled ? {} : { borderColor: 'primary.main' },
      }}
    >
      <input
        type="file"
        accept={accept}
        disabled={disabled}
        aria-label={label}
        style={{ position: 'absolute', width: 1, height: 1, opacity: 0 }}
        onChange={(event) => {
          const file = event.target.files?.[0];
          event.target.value = '';
          if (file) onFile(file);
        }}
      />
      <Typography sx={{ fontWeight: 600 }}>{label}</Typography>
      <Typography variant="body2" color="text.secondary">
        {hint}
      </Typography>
    </Box>
  );
}
