import { DataTable } from 'react-admin';
import type { TaskView } from '@ratchet/contracts';
import { Ago } from '../fields/Ago';
import { Empty } from '../fields/Empty';
import { formatCount, formatPercent } from '../fields/format';
import { ListPage } from '../fields/ListPage';
import { Rows } from '../fields/Rows';
import { search } from '../fields/search.filter';
import { ShowLink } from '../fields/ShowLink';
import { StateChip } from '../fields/StateChip';

export default function TaskList() {
  return (
    <ListPage
      title="Tasks"
      create="New task"
      filters={[search]}
      empty={
        <Empty title="No task yet" action={{ label: 'New task', to: '/tasks/create' }}>
          A task is one inspection problem: its classes, its frozen gate set and the rule by which a better model goes
          live. It starts from a dataset version, so upload a dataset first.
        </Empty>
      }
    >
      <Rows<TaskView>
        primary={(task) => task.title}
        secondary={(task) => `${task.classes.length} classes, ${formatCount(task.gateImages)} gate images`}
        tertiary={(task) => (task.served ? formatPercent(task.champion?.gateAccuracy) : 'unloaded')}
      >
        <DataTable.Col source="title" label="Task" render={() => <ShowLink />} />
        <DataTable.Col source="name" label="Served as" render={(task: TaskView) => <code>{task.name}</code>} />
        <DataTable.Col
          align="right"
          source="classes"
          label="Classes"
          disableSort
          render={(task: TaskView) => task.classes.length}
        />
        <DataTable.Col
          label="Input"
          disableSort
          render={({ input }: TaskView) => `${input.width} × ${input.height} ${input.channels === 1 ? 'grey' : 'RGB'}`}
        />
        <DataTable.Col
          label="Champion, gate accuracy"
          disableSort
          render={({ champion, served }: TaskView) =>
            champion ? (
              <>
                <ShowLink resource="model-versions" id={champion.modelVersionId}>
                  {formatPercent(champion.gateAccuracy)}
                </ShowLink>{' '}
                <StateChip state={served ? champion.state : 'unloaded'} />
              </>
            ) : (
              'none yet'
            )
          }
        />
        <DataTable.NumberCol source="gateQueries" label="Gate queries" disableSort />
        <DataTable.Col source="createdAt" label="Created" render={(task: TaskView) => <Ago at={task.createdAt} />} />
      </Rows>
    </ListPage>
  );
}
