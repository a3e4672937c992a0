import { useEffect, useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { z } from 'zod';
import { networkDescription, zooEntry } from '@ratchet/contracts';
import { client } from '../api/client';
import { specOf, type NetworkForm } from './network.form';

export const useZoo = () =>
  useQuery({
    queryKey: ['networks', 'zoo'],
    staleTime: Infinity,
    queryFn: () => client.call('GET', '/api/networks/zoo', z.array(zooEntry)),
  });

const settleMs = 300;

/** The layer table of what the form holds, asked for once the typing rests. */
export function useDescription(form: Partial<NetworkForm>) {
  const wanted = JSON.stringify(specOf(form));
  const [settled, setSettled] = useState(wanted);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(wanted), settleMs);
    return () => clearTimeout(timer);
  }, [wanted]);
  return useQuery({
    queryKey: ['networks', 'describe', settled],
    enabled: settled !== 'null',
    retry: false,
    staleTime: Infinity,
    queryFn: () => client.call('POST', '/api/networks/describe', networkDescription, JSON.parse(settled)),
  });
}
