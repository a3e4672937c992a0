import { Box } from '@mui/material';
import { maxValue, minValue, NumberInput, required, SelectInput } from 'react-admin';

const channels = [
  { id: 1, name: 'Grey' },
  { id: 3, name: 'RGB' },
];
const side = [required(), minValue(8), maxValue(512)];

/** Height, width and channels of what a network sees. */
export const ImageShapeInput = ({ source = 'input' }: { source?: string }) => (
  <Box sx={{ display: 'grid', gap: { xs: 0, sm: 2 }, gridTemplateColumns: { sm: 'repeat(3, 1fr)' }, width: '100%' }}>
    <NumberInput source={`${source}.width`} label="Width, pixels" validate={side} helperText={false} />
    <NumberInput source={`${source}.height`} label="Height, pixels" validate={side} helperText={false} />
    <SelectInput
      source={`${source}.channels`}
      label="Channels"
      choices={channels}
      validate={required()}
      helperText={false}
    />
  </Box>
);
