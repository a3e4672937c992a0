import type { SvgIconComponent } from '@mui/icons-material';
import ApiKeyIcon from '@mui/icons-material/KeyOutlined';
import AuditIcon from '@mui/icons-material/HistoryOutlined';
import DatasetIcon from '@mui/icons-material/PhotoLibraryOutlined';
import DeploymentIcon from '@mui/icons-material/RocketLaunchOutlined';
import ExperimentIcon from '@mui/icons-material/ScienceOutlined';
import FleetIcon from '@mui/icons-material/DnsOutlined';
import HyperparameterIcon from '@mui/icons-material/TuneOutlined';
import ModelIcon from '@mui/icons-material/ViewInArOutlined';
import NetworkIcon from '@mui/icons-material/SchemaOutlined';
import PromotionIcon from '@mui/icons-material/StairsOutlined';
import TaskIcon from '@mui/icons-material/FactCheckOutlined';
import TrialIcon from '@mui/icons-material/ModelTrainingOutlined';
import UserIcon from '@mui/icons-material/PeopleOutlined';

export interface Section {
  readonly title: string;
  readonly items: readonly { readonly to: string; readonly label: string; readonly Icon: SvgIconComponent }[];
}

export const sections: readonly Section[] = [
  {
    title: 'Register',
    items: [
      { to: '/datasets', label: 'Datasets', Icon: DatasetIcon },
      { to: '/tasks', label: 'Tasks', Icon: TaskIcon },
      { to: '/networks', label: 'Networks', Icon: NetworkIcon },
      { to: '/hyperparameter-sets', label: 'Hyperparameters', Icon: HyperparameterIcon },
    ],
  },
  {
    title: 'Train',
    items: [
      { to: '/experiments', label: 'Experiments', Icon: ExperimentIcon },
      { to: '/trials', label: 'Trials', Icon: TrialIcon },
    ],
  },
  {
    title: 'Serve',
    items: [
      { to: '/model-versions', label: 'Models', Icon: ModelIcon },
      { to: '/promotions', label: 'Promotions', Icon: PromotionIcon },
      { to: '/deployments', label: 'Deployments', Icon: DeploymentIcon },
      { to: '/inferencers', label: 'Fleet', Icon: FleetIcon },
    ],
  },
  {
    title: 'Administer',
    items: [
      { to: '/users', label: 'Users', Icon: UserIcon },
      { to: '/api-keys', label: 'API keys', Icon: ApiKeyIcon },
      { to: '/audit-events', label: 'Audit', Icon: AuditIcon },
    ],
  },
];
