import { useMemo } from 'react';
import {
  Box,
  Link,
  Stack,
  Table,
  TableBody,
  TableCell,
  TableHead,
  TableRow,
  Typography,
  useTheme,
} from '@mui/material';
import { formatCount, formatPercent } from '../fields/format';
import { Chart } from './Chart';
import { classQualities, topMistakes, type ConfusionCell } from './confusion.cells';
import { confusionOption } from './confusion.option';

interface ConfusionMatrixProps {
  matrix: number[][];
  classes: string[];
  /** A mistake was selected, in the matrix or in the words beside it. */
  onPick?: (mistake: { actual: number; predicted: number }) => void;
}

/** The matrix as a heat map, and beside it in words what it says. */
export function ConfusionMatrix({ matrix, classes, onPick }: ConfusionMatrixProps) {
  const theme = useTheme();
  const option = useMemo(() => confusionOption(matrix, classes, theme), [matrix, classes, theme]);
  const mistakes = topMistakes(matrix, 5);
  const right = matrix.reduce((sum, row, c) => sum + row[c], 0);
  const images = matrix.flat().reduce((a, b) => a + b, 0);
  return (
    <Box
      sx={{ display: 'grid', gap: 3, gridTemplateColumns: { xs: 'minmax(0,1fr)', lg: 'minmax(0,3fr) minmax(0,2fr)' } }}
    >
      <Chart
        label={`Confusion matrix: ${formatCount(right)} of ${formatCount(images)} images right`}
        option={option}
        height={Math.min(560, 130 + 30 * classes.length)}
        onPick={
          onPick &&
          (({ data }) => {
            const [predicted, actual, , count] = (data as { value: ConfusionCell }).value;
            if (predicted !== actual && count > 0) onPick({ actual, predicted });
          })
        }
      />
      <Stack spacing={2} sx={{ minWidth: 0 }}>
        <div>
          <Typography variant="subtitle2">Most frequent mistakes</Typography>
          {mistakes.length === 0 && <Typography variant="body2">None: every image is right.</Typography>}
          {mistakes.map((m) => (
            <Typography variant="body2" color="text.secondary" key={`${m.actual}:${m.predicted}`}>
              {m.count} × <b>{classes[m.actual]}</b> called <b>{classes[m.predicted]}</b> ({formatPercent(m.share, 1)}){' '}
              {onPick && (
                <Link
                  component="button"
                  variant="body2"
                  onClick={() => onPick(m)}
                  aria-label={`Show the ${classes[m.actual]} called ${classes[m.predicted]}`}
                >
                  show
                </Link>
              )}
            </Typography>
          ))}
        </div>
        <Box sx={{ overflow: 'auto', maxHeight: 320 }} tabIndex={0} role="group" aria-label="Classes">
          <Table size="small" stickyHeader>
            <TableHead>
              <TableRow>
                <TableCell>Class</TableCell>
                <TableCell align="right">Images</TableCell>
                <TableCell align="right">Recall</TableCell>
                <TableCell align="right">Precision</TableCell>
              </TableRow>
            </TableHead>
            <TableBody>
              {classQualities(matrix).map((quality, c) => (
                <TableRow key={classes[c]}>
                  <TableCell component="th" scope="row">
                    {classes[c]}
                  </TableCell>
                  <TableCell align="right">{formatCount(quality.images)}</TableCell>
                  <TableCell align="right">{formatPercent(quality.recall, 1)}</TableCell>
                  <TableCell align="right">{formatPercent(quality.precision, 1)}</TableCell>
                </TableRow>
              ))}
            </TableBody>
          </Table>
        </Box>
      </Stack>
    </Box>
  );
}
