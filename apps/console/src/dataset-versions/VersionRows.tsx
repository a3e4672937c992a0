import { DataTable } from 'react-admin';
import type { DatasetVersionView } from '@ratchet/contracts';
import { Ago } from '../fields/Ago';
import { Digest } from '../fields/Digest';
import { formatCount } from '../fields/format';
import { Rows } from '../fields/Rows';
import { ShowLink } from '../fields/ShowLink';
import { splitTotals } from './split.counts';

export const VersionRows = () => (
  <Rows<DatasetVersionView>
    primary={(v) => `${v.datasetName}, version ${v.version}`}
    secondary={(v) => `${formatCount(v.images)} images of ${v.classes.length} classes`}
    tertiary={(v) => <Ago at={v.createdAt} />}
  >
    <DataTable.Col
      label="Version"
      source="createdAt"
      render={(v: DatasetVersionView) => (
        <ShowLink>
          {v.datasetName}, version {v.version}
        </ShowLink>
      )}
    />
    <DataTable.NumberCol source="images" label="Images" disableSort />
    <DataTable.Col
      align="right"
      source="classes"
      label="Classes"
      disableSort
      render={(v: DatasetVersionView) => v.classes.length}
    />
    <DataTable.Col
      label="Train / validation / gate"
      disableSort
      render={(v: DatasetVersionView) => {
        const totals = splitTotals(v.counts);
        return [totals.train, totals.validation, totals.gate].map(formatCount).join(' / ');
      }}
    />
    <DataTable.NumberCol source="groups" label="Groups" disableSort />
    <DataTable.Col
      label="Digest"
      disableSort
      render={(v: DatasetVersionView) => <Digest value={v.digest} digits={8} />}
    />
    <DataTable.Col label="Created" disableSort render={(v: DatasetVersionView) => <Ago at={v.createdAt} />} />
  </Rows>
);
