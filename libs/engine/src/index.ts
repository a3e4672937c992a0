export { zooEntries } from './networks/zoo';
