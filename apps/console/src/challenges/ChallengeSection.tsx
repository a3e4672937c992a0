import { Stack } from '@mui/material';
import type { TaskView } from '@ratchet/contracts';
import { Section } from '../fields/Section';
import { Trouble } from '../fields/Waiting';
import { ChallengeButton } from './ChallengeButton';
import { ChallengeFigures } from './ChallengeFigures';
import { StopButton } from './StopButton';
import { useChallenge } from './useChallenge';

/** Who challenges the champion of a task, how it does, and how to begin and end it. */
export function ChallengeSection({ task }: { task: TaskView }) {
  const { challenge, error, refetch } = useChallenge(task.id);
  if (error) return <Trouble error={error} retry={() => void refetch()} />;
  if (challenge === undefined) return null;
  if (challenge === null)
    return (
      <Section
        title="No challenger"
        hint="Another model can answer a share of the requests, or run a copy of them unnoticed, before it goes live."
        action={<ChallengeButton task={task} label="Challenge the champion" />}
      >
        {null}
      </Section>
    );
  const { modelVersionId, mode, percent } = challenge;
  return (
    <Section
      title={`Challenger: ${mode}`}
      hint={
        mode === 'canary'
          ? 'It answers its share under its own name; where it cannot, the champion does.'
          : 'It runs copies in time that answers leave over; nobody sees what it says.'
      }
      action={
        <Stack direction="row" spacing={1}>
          <ChallengeButton task={task} label="Change" {...{ modelVersionId, mode, percent }} />
          <StopButton taskId={task.id} />
        </Stack>
      }
    >
      <ChallengeFigures challenge={challenge} />
    </Section>
  );
}
