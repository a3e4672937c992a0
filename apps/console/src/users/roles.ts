import { roles, type Role } from '@ratchet/domain';

const says: Readonly<Record<Role, string>> = {
  viewer: 'Viewer: sees everything but accounts',
  operator: 'Operator: also judges predictions',
  engineer: 'Engineer: also registers, trains and rolls back',
  admin: 'Administrator: also users, keys and audit',
};
export const roleChoices = roles.map((id) => ({ id, name: says[id] }));
