import { useGetRecordRepresentation, useRecordContext } from 'react-admin';

/** "Task Digits" in the bar and the browser's tab. */
export function RecordTitle({ kind }: { kind: string }) {
  const record = useRecordContext();
  const name = useGetRecordRepresentation();
  return (
    <span>
      {kind} {record ? name(record) : ''}
    </span>
  );
}
