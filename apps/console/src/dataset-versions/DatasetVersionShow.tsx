import { Button } from '@mui/material';
import { LinkBase, useRecordContext } from 'react-admin';
import type { DatasetVersionView } from '@ratchet/contracts';
import { Ago } from '../fields/Ago';
import { Digest } from '../fields/Digest';
import { Facts } from '../fields/Facts';
import { formatCount } from '../fields/format';
import { RecordTitle } from '../fields/RecordTitle';
import { Section } from '../fields/Section';
import { ShowLink } from '../fields/ShowLink';
import { ShowPage } from '../fields/ShowPage';
import { SplitHistogram } from './SplitHistogram';
import { Thumbnails } from './Thumbnails';

export default function DatasetVersionShow() {
  return (
    <ShowPage title={<RecordTitle kind="Dataset" />}>
      <Contents />
    </ShowPage>
  );
}

function Contents() {
  const version = useRecordContext<DatasetVersionView>();
  if (!version) return null;
  return (
    <>
      <Section
        title={`${version.datasetName}, version ${version.version}`}
        action={
          <Button component={LinkBase} to={`/tasks/create?datasetVersionId=${version.id}`} variant="contained">
            New task from it
          </Button>
        }
      >
        <Facts
          facts={[
            [
              'Dataset',
              <ShowLink key="dataset" resource="datasets" id={version.datasetId}>
                {version.datasetName}
              </ShowLink>,
            ],
            ['Images', formatCount(version.images)],
            ['Classes', version.classes.length],
            ['Groups', formatCount(version.groups)],
            ['Created', <Ago key="created" at={version.createdAt} />],
            ['Digest', <Digest key="digest" value={version.digest} />],
          ]}
        />
      </Section>
      <Section title="Classes by split">
        <SplitHistogram version={version} />
      </Section>
      <Section title="Images">
        <Thumbnails version={version} />
      </Section>
    </>
  );
}
