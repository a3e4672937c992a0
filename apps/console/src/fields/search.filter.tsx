import { SearchInput } from 'react-admin';

/** Free text over whatever the API searches in a resource. */
export const search = <SearchInput key="q" source="q" alwaysOn inputProps={{ 'aria-label': 'Search' }} />;
