import { Box, Table, TableBody, TableCell, TableHead, TableRow } from '@mui/material';
import type { NetworkDescription } from '@ratchet/domain';
import { Facts } from '../fields/Facts';
import { formatCompact, formatCount } from '../fields/format';

/** What a network is made of and what it costs. */
export function LayerTable({ description }: { description: NetworkDescription }) {
  const { input, layers, parameters, flops, classes } = description;
  return (
    <>
      <Box sx={{ px: 2, pb: 2 }}>
        <Facts
          width={120}
          facts={[
            ['Parameters', formatCount(parameters)],
            ['FLOPs per image', formatCompact(flops)],
            ['Layers', layers.length],
            ['Built for', `${input.width} × ${input.height} × ${input.channels}, ${classes} classes`],
          ]}
        />
      </Box>
      <Box sx={{ overflow: 'auto', maxHeight: 480 }} tabIndex={0} role="group" aria-label="Layers">
        <Table size="small" stickyHeader aria-label="Layers" sx={{ '& td, & th': { px: 1.25 } }}>
          <TableHead>
            <TableRow>
              <TableCell>Layer</TableCell>
              <TableCell>Type</TableCell>
              <TableCell>Output</TableCell>
              <TableCell align="right">Parameters</TableCell>
              <TableCell align="right">FLOPs</TableCell>
            </TableRow>
          </TableHead>
          <TableBody>
            {layers.map((layer) => (
              <TableRow key={layer.name}>
                <TableCell component="th" scope="row">
                  {layer.name}
                </TableCell>
                <TableCell>{layer.type}</TableCell>
                <TableCell sx={{ whiteSpace: 'nowrap' }}>{layer.outputShape.join(' × ')}</TableCell>
                <TableCell align="right">{formatCount(layer.parameters)}</TableCell>
                <TableCell align="right">{formatCompact(layer.flops)}</TableCell>
              </TableRow>
            ))}
          </TableBody>
        </Table>
      </Box>
    </>
  );
}
