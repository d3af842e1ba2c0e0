import AsyncStorage from '@react-native-async-storage/async-storage';
import { AppState } from 'react-native';
import { Observable } from 'rxjs';
import { type Lifecycle, RealtimeClient } from '../../../lib/index.js';

const lifecycle$ = new Observable<Lifecycle>((signs) => {
  const listening = AppState.addEventListener('change', (state) => {
    if (state !== 'inactive') signs.next(state === 'active' ? 'visible' : 'hidden');
  });
  return () => listening.remove();
});
export const client = new RealtimeClient({ authUrl: 'https://example.com/token', lifecycle$ });
export const storage = AsyncStorage; // for the relay: new RelayClient({ projectId, storage, lifecycle$ })

/** Read by the compiler. */
import type { RelayOptions } from '../../../lib/relay/index.js';
export const relay: RelayOptions = { storage, lifecycle$ };
