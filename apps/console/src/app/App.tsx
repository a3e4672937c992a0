import { lazy } from 'react';
import { Admin, CustomRoutes, localStorageStore, Resource } from 'react-admin';
import { QueryClient } from '@tanstack/react-query';
import { Route } from 'react-router-dom';
import { dataProvider } from '../api/dataProvider';
import { authProvider } from '../session/authProvider';
import { SignIn } from '../session/SignIn';
import { Layout } from './Layout';
import { resources } from './resources';
import { darkTheme, lightTheme } from './theme';

const Dashboard = lazy(() => import('../dashboard/Dashboard'));
const Comparison = lazy(() => import('../trials/Comparison'));
const Playground = lazy(() => import('../playground/Playground'));

// Every list that arrives marks the cached single records in it as fresh without replacing them, so those are never fresh.
const staleTime = ({ queryKey }: { queryKey: readonly unknown[] }) => (queryKey[1] === 'getOne' ? 0 : 2000);
const queryClient = new QueryClient({ defaultOptions: { queries: { retry: 1, staleTime } } });

export const App = () => (
  <Admin
    title="Ratchet"
    dataProvider={dataProvider}
    authProvider={authProvider}
    queryClient={queryClient}
    store={localStorageStore('1', 'ratchet')}
    dashboard={Dashboard}
    loginPage={SignIn}
    layout={Layout}
    theme={lightTheme}
    darkTheme={darkTheme}
    defaultTheme="light"
    requireAuth
    disableTelemetry
  >
    {resources.map((resource) => (
      <Resource key={resource.name} {...resource} />
    ))}
    <CustomRoutes>
      <Route path="/playground" element={<Playground />} />
      <Route path="/trials/compare" element={<Comparison />} />
    </CustomRoutes>
  </Admin>
);
