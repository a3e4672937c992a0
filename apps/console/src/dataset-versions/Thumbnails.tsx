import { useState } from 'react';
import {
  Box,
  MenuItem,
  Pagination,
  Stack,
  TextField,
  ToggleButton,
  ToggleButtonGroup,
  Typography,
} from '@mui/material';
import { splits, type Split } from '@ratchet/domain';
import type { DatasetItemView, DatasetVersionView } from '@ratchet/contracts';
import { formatCount } from '../fields/format';
import { Trouble, Waiting } from '../fields/Waiting';
import { ThumbnailImage } from '../fields/ThumbnailImage';
import { useItems } from './useItems';

const perPage = 60;

/** A contact sheet of a version, by split and class. */
export function Thumbnails({ version }: { version: DatasetVersionView }) {
  const [split, setSplit] = useState<Split | undefined>();
  const [classIndex, setClassIndex] = useState<number | undefined>();
  const [page, setPage] = useState(1);
  const { data, error, isPlaceholderData, refetch } = useItems(version.id, { split, class: classIndex }, page, perPage);
  const narrow = (change: () => void) => {
    change();
    setPage(1);
  };
  return (
    <>
      <Stack direction={{ xs: 'column', sm: 'row' }} spacing={1.5} sx={{ mb: 2, alignItems: { sm: 'center' } }}>
        <ToggleButtonGroup
          exclusive
          size="small"
          value={split ?? 'all'}
          onChange={(_, value: Split | 'all' | null) =>
            value && narrow(() => setSplit(value === 'all' ? undefined : value))
          }
          aria-label="Split"
        >
          {(['all', ...splits] as const).map((name) => (
            <ToggleButton key={name} value={name} sx={{ textTransform: 'none', px: 1.5 }}>
              {name}
            </ToggleButton>
          ))}
        </ToggleButtonGroup>
        <TextField
          select
          label="Class"
          value={classIndex ?? 'all'}
          onChange={({ target }) =>
            narrow(() => setClassIndex(target.value === 'all' ? undefined : Number(target.value)))
          }
          sx={{ maxWidth: { sm: 220 } }}
        >
          <MenuItem value="all">all classes</MenuItem>
          {version.classes.map((name, i) => (
            <MenuItem key={name} value={i}>
              {name}
            </MenuItem>
          ))}
        </TextField>
        {data && (
          <Typography variant="body2" color="text.secondary">
            {formatCount(data.total)} images
          </Typography>
        )}
      </Stack>
      {error && <Trouble error={error} retry={() => void refetch()} />}
      {!data && !error && <Waiting>Loading images …</Waiting>}
      {data?.total === 0 && <Typography variant="body2">No image of this class is in this split.</Typography>}
      <Box
        component="ul"
        sx={{
          m: 0,
          p: 0,
          listStyle: 'none',
          display: 'grid',
          gap: 1,
          gridTemplateColumns: 'repeat(auto-fill, minmax(76px, 1fr))',
          opacity: isPlaceholderData ? 0.5 : 1,
        }}
      >
        {data?.rows.map((item) => (
          <Thumbnail key={item.sha256} item={item} />
        ))}
      </Box>
      {data && data.total > perPage && (
        <Pagination
          sx={{ mt: 2 }}
          count={Math.ceil(data.total / perPage)}
          page={page}
          onChange={(_, next) => setPage(next)}
          size="small"
        />
      )}
    </>
  );
}

const Thumbnail = ({ item }: { item: DatasetItemView }) => (
  <Box
    component="li"
    sx={{ minWidth: 0 }}
    title={`${item.file}\n${item.className}, ${item.split}, ${item.width} × ${item.height}\ngroup ${item.group}`}
  >
    <ThumbnailImage sha256={item.sha256} alt={`${item.className}, ${item.file}`} pixelated={item.width < 64} />
    <Typography noWrap sx={{ fontSize: '0.72rem', color: 'text.secondary' }}>
      {item.className}
    </Typography>
  </Box>
);
