import { useEffect, useState } from 'react';
import { Alert, Box, MenuItem, Stack, TextField, Typography } from '@mui/material';
import { Title, useGetList } from 'react-admin';
import { useMutation } from '@tanstack/react-query';
import { classifyAnswer, type TaskView } from '@ratchet/contracts';
import { client, messageOf } from '../api/client';
import { DropZone } from '../fields/DropZone';
import { Empty } from '../fields/Empty';
import { Section } from '../fields/Section';
import { Waiting } from '../fields/Waiting';
import { Answer } from './Answer';
import { GateSamples } from './GateSamples';

const fromLink = () => new URLSearchParams(window.location.hash.split('?')[1]).get('task');

/** One image to the live champion, through the same door as every client's. */
export default function Playground() {
  return (
    <>
      <Title title="Playground" />
      <Choice />
    </>
  );
}

function Choice() {
  const { data: tasks, isPending } = useGetList<TaskView>('tasks', {
    sort: { field: 'createdAt', order: 'DESC' },
    pagination: { page: 1, perPage: 100 },
  });
  const [picked, setPicked] = useState(fromLink);
  if (isPending) return <Waiting>Loading tasks …</Waiting>;
  if (!tasks?.length)
    return (
      <Empty title="Nothing to try yet" action={{ label: 'New task', to: '/tasks/create' }}>
        Once a task has a champion, drop an image here and see what it says.
      </Empty>
    );
  const task = tasks.find((t) => t.name === picked) ?? tasks.find((t) => t.champion) ?? tasks[0];
  return (
    <Stack spacing={2} sx={{ mt: 1 }}>
      <TextField
        select
        label="Task"
        value={task.name}
        onChange={({ target }) => setPicked(target.value)}
        sx={{ maxWidth: 360 }}
      >
        {tasks.map((t) => (
          <MenuItem key={t.id} value={t.name}>
            {t.title}
            {!t.champion && ' (no champion yet)'}
          </MenuItem>
        ))}
      </TextField>
      <Classify key={task.id} task={task} />
    </Stack>
  );
}

function Classify({ task }: { task: TaskView }) {
  const [image, setImage] = useState<Blob | null>(null);
  const { mutate, data, error, isPending } = useMutation({
    mutationFn: async (body: Blob) => {
      const response = await client.send('POST', `/v2/models/${task.name}/classify`, {
        body,
        headers: { 'content-type': body.type || 'application/octet-stream' },
      });
      return classifyAnswer.parse(await response.json());
    },
  });
  const take = (file: Blob) => {
    setImage(file);
    mutate(file);
  };
  return (
    <Box
      sx={{ display: 'grid', gap: 2, gridTemplateColumns: { xs: 'minmax(0,1fr)', md: 'minmax(0,1fr) minmax(0,1fr)' } }}
    >
      <Section title="Image">
        <Stack spacing={2}>
          <DropZone
            label="Drop an image, or choose one"
            hint="JPEG, PNG, WebP, TIFF or BMP. It is not stored."
            accept="image/*"
            onFile={take}
          />
          {image && <Picture image={image} />}
          <GateSamples task={task} onPick={take} />
        </Stack>
      </Section>
      <Section title="Answer">
        <div aria-live="polite">
          {isPending && <Waiting>Classifying …</Waiting>}
          {error && !isPending && <Alert severity="error">{messageOf(error)}</Alert>}
          {data && !isPending && !error && <Answer answer={data} />}
          {!data && !error && !isPending && (
            <Typography variant="body2" color="text.secondary">
              {task.champion
                ? 'The probabilities of every class show here, with the model that answered and the time it took.'
                : 'This task has no champion yet; it answers once a first trial has finished an epoch.'}
            </Typography>
          )}
        </div>
      </Section>
    </Box>
  );
}

function Picture({ image }: { image: Blob }) {
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    const made = URL.createObjectURL(image);
    // eslint-disable-next-line react-hooks/set-state-in-effect -- an object URL is made and revoked, not derived
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [image]);
  return (
    <Box
      component="img"
      src={url}
      alt="The image being classified"
      sx={{
        display: 'block',
        maxWidth: '100%',
        height: 180,
        objectFit: 'contain',
        imageRendering: 'pixelated',
        mx: 'auto',
      }}
    />
  );
}
