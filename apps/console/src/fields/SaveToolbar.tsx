import { SaveButton, Toolbar } from 'react-admin';

/** For what can be changed but not deleted. */
export const SaveToolbar = () => (
  <Toolbar>
    <SaveButton />
  </Toolbar>
);
